package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.prep.HdfsCluster;
import io.multigrid.train.TinyData;
import io.multigrid.train.cli.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data set, checkpoints and metrics on real HDFS, of which parts go away while training runs. */
class HdfsFaultsIT {
  private static final Map<String, String> LOCAL = Map.of("spark.master", "local[1]");

  /** Long enough to be hit in the middle, with a minute's patience. */
  private static final String[] LONGER = {
    "--set", "solver.epochs=24", "--set", "solver.steps=[0,15]", "--set", "feed.patience=60"
  };

  /** Longer than Hadoop's client tries by itself to reach a name node that refuses. */
  private static final long AWAY_MILLIS = 20_000;

  @TempDir static Path folder;
  private static HdfsCluster hdfs;
  private static String data;
  private static byte[] calm;
  private static List<String> losses;

  @BeforeAll
  static void start() throws Exception {
    hdfs = HdfsCluster.start(folder.resolve("hdfs"));
    data = hdfs.folder("data") + "/tiny";
    Configuration two = new Configuration();
    two.setInt("dfs.replication", 2);
    TinyData.write(data, two, TinyData.settings(), 48);
    String out = hdfs.folder("calm") + "/run";
    try (TrainProcess train = train(out)) {
      assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.DONE);
    }
    calm = model(out);
    losses = losses(out);
    assertThat(losses).hasSizeGreaterThan(20);
  }

  @AfterAll
  static void stop() throws Exception {
    hdfs.close();
  }

  private static TrainProcess train(String out) throws IOException {
    Path log = Files.createTempFile(folder, "train", ".log");
    return TrainProcess.start(data, out, log, LOCAL, LONGER);
  }

  private static byte[] read(String file) throws IOException {
    var path = new org.apache.hadoop.fs.Path(file);
    try (InputStream in = path.getFileSystem(new Configuration()).open(path)) {
      return in.readAllBytes();
    }
  }

  private static byte[] model(String out) throws IOException {
    return read(out + "/model.safetensors");
  }

  private static List<String> losses(String out) throws IOException {
    return new String(read(out + "/metrics.jsonl"), "UTF-8")
        .lines()
        .filter(line -> line.contains("\"event\":\"iteration\""))
        .map(line -> line.replaceAll(".*(\"iteration\":\\d+).*(\"loss\":[^,]*).*", "$1 $2"))
        .toList();
  }

  private static boolean said(TrainProcess train, String text) {
    try {
      return train.said().contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void endsLikeTheCalmRun(TrainProcess train, String out) throws Exception {
    assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.DONE);
    assertThat(model(out)).isEqualTo(calm);
    assertThat(losses(out)).isEqualTo(losses);
  }

  @Test
  void aNameNodeThatIsAwayForAWhileIsWaitedFor() throws Exception {
    String out = hdfs.folder("away") + "/run";
    try (TrainProcess train = train(out)) {
      train.await("some iterations", () -> said(train, "  iteration 10/"));
      hdfs.stopNameNode();
      try {
        Thread.sleep(AWAY_MILLIS);
        assertThat(train.runs()).as(train.said()).isTrue();
        assertThat(train.said()).contains("could not be written");
      } finally {
        hdfs.startNameNode();
      }
      endsLikeTheCalmRun(train, out);
    }
  }

  @Test
  void aLostDataNodeCostsNothing() throws Exception {
    String out = hdfs.folder("lost") + "/run";
    try (TrainProcess train = train(out)) {
      train.await("some iterations", () -> said(train, "  iteration 10/"));
      hdfs.stopDataNode(0);
      try {
        endsLikeTheCalmRun(train, out);
      } finally {
        hdfs.startDataNode();
      }
    }
  }
}
