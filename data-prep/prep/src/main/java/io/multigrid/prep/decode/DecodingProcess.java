package io.multigrid.prep.decode;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A child process that decodes one video at a time, so that a video on which the native decoder
 * crashes, hangs or eats the memory takes that child with it and nothing else.
 */
public final class DecodingProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GONE = "";
  private static final String ERRORS = "errors.log";

  private final Path folder;
  private final Process process;
  private final Writer requests;
  private final BlockingQueue<String> replies = new ArrayBlockingQueue<>(2);

  /** The child died, or was killed because it did not answer. */
  public static final class Lost extends Exception {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    Lost(Reason reason, String detail) {
      super(detail);
      this.reason = reason;
    }

    public Reason reason() {
      return reason;
    }
  }

  DecodingProcess() throws IOException {
    folder = Scratch.create();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.addAll(List.of("-Duser.language=en", "-Duser.country="));
    String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
    if (cache != null) {
      command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    }
    command.addAll(List.of("-cp", classPath(), DecodingMain.class.getName(), folder.toString()));
    process = new ProcessBuilder(command).redirectError(folder.resolve(ERRORS).toFile()).start();
    requests = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "decoding-replies-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Where the frames of the current video are. */
  public Path folder() {
    return folder;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Processor time that the child has used, all of its threads together. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().map(time -> time.toNanos() / 1e9).orElse(Double.NaN);
  }

  /** Memory that the child occupies, on Linux. */
  public long residentMegabytes() throws IOException {
    return residentMegabytes(process.pid());
  }

  /** Memory that a process occupies, on Linux. */
  public static long residentMegabytes(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .sum();
    }
  }

  /**
   * Decodes a video.
   *
   * @param patienceSeconds after which the child is killed
   * @throws Lost if the child died on it or had to be killed
   */
  public Decoding.Reply decode(Decoding.Request request, double patienceSeconds)
      throws Lost, IOException, InterruptedException {
    try {
      requests.write(JSON.writeValueAsString(request) + "\n");
      requests.flush();
    } catch (IOException e) {
      throw lost();
    }
    String reply = replies.poll((long) (patienceSeconds * 1000), TimeUnit.MILLISECONDS);
    if (reply == null) {
      throw new Lost(
          Reason.TIMEOUT,
          "the decoder did not answer within prep.time-limit-seconds = %s and was ended"
              .formatted(request.limitSeconds()));
    }
    if (reply.equals(GONE)) {
      throw lost();
    }
    return JSON.readValue(reply, Decoding.Reply.class);
  }

  private Lost lost() {
    int code;
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      code = process.isAlive() ? -1 : process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      code = -1;
    }
    String signal = code > 128 ? " (signal " + (code - 128) + ")" : "";
    return new Lost(
        Reason.CRASH,
        "the decoding process ended with code "
            + code
            + signal
            + problematicFrame().map(f -> " in " + f).or(this::complaint).orElse(""));
  }

  /** The first line that says what was thrown, where Java ended the process and not a signal. */
  private Optional<String> complaint() {
    try (Stream<String> lines = Files.lines(folder.resolve(ERRORS))) {
      return lines
          .filter(line -> line.contains("Exception in thread") || line.contains("Terminating due"))
          .findFirst()
          .map(line -> ": " + line.strip());
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** The line of the crash log that names the native function. */
  private Optional<String> problematicFrame() {
    try (Stream<String> lines = Files.lines(folder.resolve("crash.log"))) {
      return lines
          .dropWhile(line -> !line.startsWith("# Problematic frame:"))
          .skip(1)
          .findFirst()
          .map(line -> line.replaceFirst("^# ", "").strip().replaceAll("\\s+", " "));
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        // A dying JVM writes to its standard output, too.
        if (line.startsWith("{")) {
          replies.put(line);
        }
      }
      replies.put(GONE);
    } catch (IOException e) {
      replies.offer(GONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** This process's class path and what Spark added to it, for the child needs the same jars. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    ClassLoader loader = DecodingProcess.class.getClassLoader();
    for (ClassLoader at = loader; at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          if (url.getProtocol().equals("file")) {
            entries.add(Path.of(URI.create(url.toString())).toString());
          }
        }
      }
    }
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    entries.addAll(List.of(own.split(File.pathSeparator)));
    return String.join(File.pathSeparator, entries);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Scratch.delete(folder);
  }
}
