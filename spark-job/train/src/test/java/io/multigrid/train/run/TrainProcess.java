package io.multigrid.train.run;

import io.multigrid.train.TinyData;
import io.multigrid.train.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A {@code train} command in a process of its own, which can be killed. */
final class TrainProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path log;

  private TrainProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * @param spark settings of Spark, as spark-submit would pass them
   * @param arguments after {@code train --data DATA --out OUT} and the settings of {@link TinyData}
   */
  static TrainProcess start(Path data, Path out, Map<String, String> spark, String... arguments)
      throws IOException {
    Path log = Files.createTempFile(out.getParent(), out.getFileName().toString(), ".log");
    return start(data.toString(), out.toString(), log, spark, arguments);
  }

  /** The same with URIs; {@code log} gets what the process says. */
  static TrainProcess start(
      String data, String out, Path log, Map<String, String> spark, String... arguments)
      throws IOException {
    return start(List.of("-Xmx1g"), data, out, log, spark, arguments);
  }

  /**
   * @param heap options of the JVM
   */
  static TrainProcess start(
      List<String> heap,
      String data,
      String out,
      Path log,
      Map<String, String> spark,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.spark").split(" ")));
    command.addAll(heap);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    spark.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(List.of("train", "--data", data, "--out", out));
    TinyData.sets().forEach(set -> command.addAll(List.of("--set", set)));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectOutput(log.toFile());
    return new TrainProcess(builder.start(), log);
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Waits for something that the process does. */
  void await(String what, BooleanSupplier happened) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!happened.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(what + " did not happen:\n" + said());
      }
      Thread.sleep(20);
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Memory of the process that is in RAM, as the kernel counts it. */
  long residentMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }

  boolean runs() {
    return process.isAlive();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running:\n" + said() + "\n" + threads());
    }
    return process.exitValue();
  }

  /** What each thread of the process is at. */
  private String threads() throws IOException {
    String jstack = Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
    Process asked =
        new ProcessBuilder(jstack, "" + process.pid()).redirectErrorStream(true).start();
    return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Everything on stdout and stderr so far. */
  String said() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
