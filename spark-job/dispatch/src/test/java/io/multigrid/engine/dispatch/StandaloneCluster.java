package io.multigrid.engine.dispatch;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Spark's standalone master and one worker as processes on 127.0.0.1, from the jars of the class
 * path.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** For JVMs that do not live long: starting them is most of what they do. */
  private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Path folder;
  private final int port;
  private final int cores;
  private final List<String> workerSettings;
  private final List<ProcessHandle> orphans = new ArrayList<>();
  private Process master;
  private Process worker;

  private StandaloneCluster(Path folder, int port, int cores, List<String> workerSettings) {
    this.folder = folder;
    this.port = port;
    this.cores = cores;
    this.workerSettings = workerSettings;
  }

  /**
   * @param folder where the processes write
   * @param cores of the worker
   * @param workerSettings Java options of the worker, such as its resources
   */
  public static StandaloneCluster start(Path folder, int cores, String... workerSettings)
      throws IOException, InterruptedException {
    StandaloneCluster cluster =
        new StandaloneCluster(folder, freePort(), cores, List.of(workerSettings));
    Files.createDirectories(folder.resolve("jars"));
    for (String entry : classPath().split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      Path link = folder.resolve("jars").resolve(jar.getFileName());
      if (entry.endsWith(".jar") && Files.notExists(link)) {
        Files.createSymbolicLink(link, jar);
      }
    }
    try {
      cluster.master =
          cluster.launch(
              "master",
              "org.apache.spark.deploy.master.Master",
              List.of(),
              "--port",
              "" + cluster.port);
      cluster.awaitMaster();
      cluster.startWorker();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts the worker again after {@link #killWorker}. */
  public void startWorker() throws IOException {
    worker =
        launch(
            "worker",
            "org.apache.spark.deploy.worker.Worker",
            workerSettings,
            "--port",
            "0",
            "--cores",
            "" + cores,
            "--memory",
            "4g",
            "--work-dir",
            folder.resolve("work").toString(),
            url());
  }

  /** Ends the worker with kill -9, as if its machine died: its executors end themselves. */
  public void killWorker() {
    worker.children().forEach(orphans::add);
    worker.destroyForcibly();
  }

  /** Waits until the executors of killed workers have noticed, and ended. */
  public void awaitOrphans() throws Exception {
    for (ProcessHandle orphan : orphans) {
      orphan.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Executors that run. */
  public long executors() {
    return worker.children().count();
  }

  public String url() {
    return "spark://127.0.0.1:" + port;
  }

  /**
   * What a job must be told so that each of its executors is a process that knows the tests'
   * classes.
   */
  public Map<String, String> options(int executors) {
    return Map.of(
        "spark.master",
        url(),
        "spark.executor.cores",
        "1",
        "spark.cores.max",
        "" + executors,
        "spark.executor.memory",
        "512m",
        "spark.driver.host",
        "127.0.0.1",
        "spark.driver.bindAddress",
        "127.0.0.1",
        "spark.executor.extraClassPath",
        classPath(),
        "spark.executor.extraJavaOptions",
        System.getProperty("jvm.spark") + " " + String.join(" ", QUICK));
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Below those that systems hand out: until the master takes it, nobody else is given it. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // taken: another
      }
    }
  }

  private Process launch(String name, String main, List<String> settings, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.spark").split(" ")));
    command.addAll(QUICK);
    command.addAll(settings);
    command.addAll(List.of("-Xmx256m", "-cp", classPath(), main));
    command.addAll(List.of("--host", "127.0.0.1", "--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", folder.toAbsolutePath().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12"); // else looked for in a build of Spark
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private void awaitMaster() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts()) {
      if (System.nanoTime() > deadline || !master.isAlive()) {
        throw new IllegalStateException("no Spark master at " + url() + ", see " + folder);
      }
      Thread.sleep(100);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Ends the process of one executor with kill -9; the worker starts another.
   *
   * @throws IllegalStateException if there is none
   */
  public void killAnExecutor() {
    ProcessHandle executor =
        worker
            .children()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no executor runs"));
    executor.destroyForcibly();
  }

  /** Ends the processes that it started, executors included. */
  @Override
  public void close() {
    List<Process> processes = Stream.of(master, worker).filter(Objects::nonNull).toList();
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
    for (Process process : processes) {
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
