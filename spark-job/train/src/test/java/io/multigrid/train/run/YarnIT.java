package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.cli.Exit;
import io.multigrid.train.quickstart.QuickstartVideos;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/multigrid --master yarn} on real HDFS and YARN daemons: prepare, train on two
 * executors, in client and in cluster mode, resume, evaluate.
 */
class YarnIT {
  @TempDir static Path folder;

  /** For JVMs that do not live long. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static Process hadoop;
  private static String hdfs;

  @BeforeAll
  static void start() throws IOException {
    Path home = home();
    hadoop =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                home.resolve("data-prep/prep/target/hdfs") + "/*",
                home.resolve("spark-job/train/src/test/hadoop/HadoopMain.java").toString(),
                folder.resolve("hadoop").toString())
            .redirectError(folder.resolve("hadoop.log").toFile())
            .start();
    BufferedReader said = hadoop.inputReader();
    for (String line = said.readLine(); line != null && hdfs == null; line = said.readLine()) {
      hdfs = line.startsWith("READY ") ? line.substring(6) : null;
      if (hdfs != null) {
        break;
      }
    }
    assertThat(hdfs).as(Files.readString(folder.resolve("hadoop.log"))).isNotNull();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    hadoop.descendants().forEach(ProcessHandle::destroyForcibly);
    hadoop.destroyForcibly();
    hadoop.waitFor();
  }

  private static Path home() {
    Path at = Path.of("").toAbsolutePath();
    while (Files.notExists(at.resolve("bin/multigrid"))) {
      at = at.getParent();
    }
    return at;
  }

  private record Launched(int code, String said) {}

  private static Launched run(String... arguments) throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, arguments[0], ".log");
    List<String> command = new ArrayList<>(List.of(home().resolve("bin/multigrid").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("MULTIGRID_HEAP", "1g");
    builder.environment().put("HADOOP_CONF_DIR", folder.resolve("hadoop/conf").toString());
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(8, TimeUnit.MINUTES);
      assertThat(ended).as("ended: %s", Files.readString(log)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Launched(process.exitValue(), Files.readString(log));
  }

  /** The command, with the cluster and the settings that all of them share. */
  private static Launched yarn(String mode, String command, String... more)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command, "--master", "yarn"));
    for (String conf :
        List.of(
            "spark.submit.deployMode=" + mode,
            "spark.yarn.jars=local:" + home().resolve("deploy/spark/target/jars") + "/*",
            "spark.yarn.am.memory=512m",
            "spark.driver.memory=1g",
            "spark.executor.instances=2",
            "spark.executor.cores=1",
            "spark.executor.memory=512m",
            "spark.driver.extraJavaOptions=" + QUICK,
            "spark.executor.extraJavaOptions=" + QUICK,
            "spark.yarn.am.extraJavaOptions=" + QUICK,
            "spark.yarn.scheduler.heartbeat.interval-ms=500",
            "spark.yarn.submit.file.replication=1",
            "spark.ui.enabled=false")) {
      all.addAll(List.of("--spark", conf));
    }
    Stream.of(
            "workers=2",
            "batch=8",
            "clip.frames=8",
            "clip.crop=48",
            "clip.jitter=[52,60]",
            "cycles.bn-group=4",
            "solver.learning-rate=0.005",
            "solver.steps=[0,2]",
            "solver.epochs=3",
            "solver.warmup-epochs=1.0",
            "model.name=slow",
            "model.width=8",
            "model.classes=0",
            "model.blocks=[1,1,1,1]",
            "evaluate.views=1",
            "evaluate.crops=1",
            "evaluate.crop=48",
            "evaluate.short-side=52",
            "engine.executors=2",
            "engine.threads=1",
            "checkpoint.every-iterations=4")
        .forEach(set -> all.addAll(List.of("--set", set)));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static void succeeded(Launched launched) {
    assertThat(launched.code()).as(launched.said()).isEqualTo(Exit.DONE);
  }

  @Test
  void preparesTrainsResumesAndEvaluatesOnAClusterOfRealDaemons() throws Exception {
    Path videos = folder.resolve("videos");
    QuickstartVideos.write(videos, 4, 2, 1, 2);
    Configuration conf = new Configuration();
    FileSystem files = FileSystem.get(java.net.URI.create(hdfs), conf);
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(videos.toString()), new org.apache.hadoop.fs.Path("/videos"));
    String data = hdfs + "/data";
    succeeded(yarn("client", "prep", "--videos", hdfs + "/videos", "--out", data));

    String client = hdfs + "/client";
    succeeded(yarn("client", "train", "--data", data, "--out", client));
    String cluster = hdfs + "/cluster";
    succeeded(yarn("cluster", "train", "--data", data, "--out", cluster));
    assertThat(bytes(files, cluster + "/model.safetensors"))
        .isEqualTo(bytes(files, client + "/model.safetensors"));
    assertThat(files.exists(new org.apache.hadoop.fs.Path(cluster + "/report.html"))).isTrue();

    files.delete(new org.apache.hadoop.fs.Path(cluster + "/model.safetensors"), false);
    Launched resumed = yarn("client", "train", "--data", data, "--out", cluster, "--resume");
    succeeded(resumed);
    assertThat(resumed.said()).contains("going on after ");
    assertThat(bytes(files, cluster + "/model.safetensors"))
        .isEqualTo(bytes(files, client + "/model.safetensors"));

    Launched evaluated =
        yarn("client", "evaluate", "--model", client, "--data", data, "--format", "json");
    succeeded(evaluated);
    assertThat(evaluated.said()).contains("\"videos\" : 16");
    Launched misfit =
        yarn("client", "train", "--data", data, "--out", client + "2", "--set", "engine.threads=3");
    assertThat(misfit.code()).as(misfit.said()).isEqualTo(Exit.CLUSTER);
    assertThat(misfit.said())
        .contains("engine.threads = 3: must be at most spark.executor.cores = 1");
    Launched away =
        yarn(
            "cluster", "train", "--data", data, "--out", client + "3", "--set", "engine.threads=3");
    assertThat(away.code()).as(away.said()).isEqualTo(Exit.FAILED);
    assertThat(away.said()).contains("User application exited with status " + Exit.CLUSTER);
  }

  private static java.util.zip.CRC32 sum(byte[] bytes) {
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(bytes);
    return crc;
  }

  private static long bytes(FileSystem files, String file) throws IOException {
    try (var in = files.open(new org.apache.hadoop.fs.Path(file))) {
      return sum(in.readAllBytes()).getValue();
    }
  }
}
