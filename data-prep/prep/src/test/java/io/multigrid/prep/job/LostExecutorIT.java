package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.shard.Dataset;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, one of which is killed with signal 9. */
class LostExecutorIT {
  private static final int VIDEOS = 24;
  @TempDir Path folder;

  /** Prepares arguments[0] into arguments[1], a line a part. */
  static final class Main {
    public static void main(String[] arguments) throws IOException {
      SparkConf conf = new SparkConf().setMaster("local-cluster[2,1,512]").setAppName("lost");
      conf.set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1");
      conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.executor.memory", "512m");
      conf.set("spark.executor.extraClassPath", classPath());
      conf.set("spark.executor.extraJavaOptions", System.getProperty("jvm.spark"));
      try (JavaSparkContext spark = new JavaSparkContext(conf)) {
        spark.setLogLevel("ERROR");
        job(spark, arguments[0], arguments[1])
            .onProgress(progress -> System.out.println(progress.line()))
            .execute();
        System.out.println("DONE");
      }
    }
  }

  private static PrepJob job(JavaSparkContext spark, String videos, String out) throws IOException {
    return new PrepJob(
        spark,
        PrepSettings.from(PrepFixture.settings().with("prep.videos-per-shard", 2)),
        Catalogue.read(videos, 0.2, spark.hadoopConfiguration()),
        videos,
        out);
  }

  @Test
  void theOthersDoItsWork() throws Exception {
    String videos = folder.resolve("videos").toString();
    for (int v = 0; v < VIDEOS; v++) {
      PrepFixture.render(
          folder.resolve("videos/class" + v % 2 + "/" + v + ".mp4"), 64, 48, 30, 5 + v);
    }
    Configuration hadoop = new Configuration();
    String whole = folder.resolve("whole").toString();
    try (JavaSparkContext spark = PrepFixture.spark("undisturbed")) {
      job(spark, videos, whole).execute();
    }
    Map<String, String> expected = PrepFixture.content(whole, hadoop);

    String out = folder.resolve("data").toString();
    Process driver = driver(videos, out);
    try (BufferedReader lines = driver.inputReader()) {
      assertThat(lines.readLine()).as(log()).contains("/" + VIDEOS + " videos");
      // The driver decodes nothing: its children are the executors.
      List<ProcessHandle> executors = driver.toHandle().children().toList();
      assertThat(executors).hasSize(2);
      executors.get(0).destroyForcibly();
      String last = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
      assertThat(last).as(log()).isEqualTo("DONE");
      assertThat(driver.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
    assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
    assertThat(Dataset.open(out, hadoop).verify(hadoop)).isEmpty();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("driver.log"));
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Process driver(String videos, String out) throws IOException {
    Path home = Files.createDirectories(folder.resolve("spark-home"));
    Files.createDirectories(home.resolve("jars"));
    for (String entry : classPath().split(File.pathSeparator)) {
      Path link = home.resolve("jars").resolve(Path.of(entry).getFileName());
      if (entry.endsWith(".jar") && Files.notExists(link)) {
        Files.createSymbolicLink(link, Path.of(entry));
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.spark").split(" ")));
    command.add("-Djvm.spark=" + System.getProperty("jvm.spark"));
    // Starting it is most of the test: no optimising compiler.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-Xmx512m", "-cp", classPath(), Main.class.getName(), videos, out));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(home.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.redirectError(folder.resolve("driver.log").toFile()).start();
  }
}
