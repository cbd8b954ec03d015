package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.dispatch.StandaloneCluster;
import io.multigrid.train.TinyData;
import io.multigrid.train.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to long jobs, with real processes. */
class FaultsIT {
  private static final String MODEL = "model.safetensors";

  /** Long enough to be hit in the middle. */
  private static final String[] LONGER = {
    "--set", "solver.epochs=40", "--set", "solver.steps=[0,25]"
  };

  /** Random moments of one training that an executor is killed at. */
  private static final int KILLS = 10;

  private static final Map<String, String> LOCAL = Map.of("spark.master", "local[1]");
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void prepare() throws Exception {
    data = folder.resolve("data");
    TinyData.write(data.toString(), new Configuration(), TinyData.settings(), 48);
    try (TrainProcess whole = TrainProcess.start(data, folder.resolve("whole"), LOCAL, LONGER)) {
      assertThat(whole.exitCode()).as(whole.said()).isEqualTo(Exit.DONE);
    }
  }

  private static long newestCheckpoint(Path run) {
    try (Stream<Path> list = Files.list(run.resolve("checkpoints"))) {
      return list.map(p -> p.getFileName().toString())
          .filter(name -> name.startsWith("iteration-"))
          .mapToLong(name -> Long.parseLong(name.substring(10)))
          .max()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static void assertSameModel(Path one, Path other) throws IOException {
    assertThat(
            Arrays.mismatch(
                Files.readAllBytes(one.resolve(MODEL)), Files.readAllBytes(other.resolve(MODEL))))
        .as("first byte that differs")
        .isEqualTo(-1);
  }

  private static String[] and(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void aKilledDriverEndsTheSameToTheBit() throws Exception {
    Path out = folder.resolve("killed");
    for (int kill = 1; kill <= 2; kill++) {
      long before = newestCheckpoint(out);
      try (TrainProcess train = TrainProcess.start(data, out, LOCAL, and(LONGER, "--resume"))) {
        train.await("a checkpoint", () -> newestCheckpoint(out) > before + 10);
        train.kill();
      }
      assertThat(out.resolve(MODEL)).doesNotExist();
    }
    try (TrainProcess rest = TrainProcess.start(data, out, LOCAL, and(LONGER, "--resume"))) {
      assertThat(rest.exitCode()).as(rest.said()).isEqualTo(Exit.DONE);
      assertThat(rest.said()).contains("going on after ");
    }
    assertSameModel(out, folder.resolve("whole"));
    assertThat(iterations(out)).isEqualTo(iterations(folder.resolve("whole")));
  }

  private static List<String> iterations(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"event\":\"iteration\""))
        .map(line -> line.replaceAll("\"(clipsPerSecond|seconds|\\w+Seconds)\":[^,}]*", ""))
        .toList();
  }

  @Test
  void aSignalIsFollowedByACheckpointAndThenTheEnd() throws Exception {
    Path out = folder.resolve("stopped");
    String[] seldom = and(LONGER, "--resume", "--set", "checkpoint.every-iterations=100000");
    try (TrainProcess train = TrainProcess.start(data, out, LOCAL, seldom)) {
      train.await("an iteration", () -> said(train).contains("iteration 5/"));
      train.terminate();
      assertThat(train.exitCode()).as(train.said()).isEqualTo(128 + 15);
      assertThat(train.said())
          .containsPattern(
              "stopped by a signal after \\d+ of \\d+ iterations, which are in .*iteration-\\d+; go on with --resume");
    }
    long stopped = newestCheckpoint(out);
    assertThat(stopped).isGreaterThanOrEqualTo(5);
    try (TrainProcess rest = TrainProcess.start(data, out, LOCAL, and(LONGER, "--resume"))) {
      assertThat(rest.exitCode()).as(rest.said()).isEqualTo(Exit.DONE);
      assertThat(rest.said()).contains("going on after " + stopped + " of ");
    }
    assertSameModel(out, folder.resolve("whole"));
  }

  private static String said(TrainProcess train) {
    try {
      return train.said();
    } catch (IOException e) {
      return "";
    }
  }

  /** An executor goes, again and again, and the cluster starts another. */
  @Test
  void aLostExecutorIsReplacedAndTrainingGoesOnByItself() throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("spark-home"), 2)) {
      Map<String, String> spark = cluster.options(2);
      String[] two = and(LONGER, "--set", "engine.executors=2");
      Path calm = folder.resolve("calm");
      try (TrainProcess whole = TrainProcess.start(data, calm, spark, two)) {
        assertThat(whole.exitCode()).as(whole.said()).isEqualTo(Exit.DONE);
      }
      Path out = folder.resolve("lost");
      Random random = new Random(1);
      try (TrainProcess train = TrainProcess.start(data, out, spark, two)) {
        for (int kill = 1; kill <= KILLS; kill++) {
          long after = newestCheckpoint(out) + 1 + random.nextInt(5);
          train.await("a checkpoint", () -> newestCheckpoint(out) >= after);
          Thread.sleep(random.nextInt(100)); // anywhere in an iteration
          cluster.killAnExecutor();
          int lost = kill;
          train.await("going on", () -> said(train).split("Going on from ").length > lost);
        }
        assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.DONE);
        assertThat(train.said()).contains("was lost, with a share of the training state");
      }
      assertSameModel(out, calm);
    }
  }

  /** Spark's event log tells when the evaluation has begun, which then takes seconds. */
  @Test
  void anExecutorLostInTheLastEvaluationIsReplacedToo() throws Exception {
    Path events = Files.createDirectory(folder.resolve("events"));
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("eval-home"), 2)) {
      Map<String, String> spark = new HashMap<>(cluster.options(2));
      spark.put("spark.eventLog.enabled", "true");
      spark.put("spark.eventLog.dir", events.toUri().toString());
      String[] evaluating = {"--set", "engine.executors=2", "--set", "evaluate.views=3000"};
      Path out = folder.resolve("lost-evaluating");
      try (TrainProcess train = TrainProcess.start(data, out, spark, evaluating)) {
        train.await("the evaluation", () -> anyContains(events, "evaluate 8 videos"));
        Thread.sleep(500); // its tasks are sent out
        cluster.killAnExecutor();
        assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.DONE);
        assertThat(train.said()).contains("an executor was lost while evaluating. Going on from ");
      }
    }
  }

  private static boolean anyContains(Path folder, String text) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (Files.readString(file).contains(text)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // a file that was just renamed
    }
  }

  /** The worker has cores for two executors. */
  @Test
  void aClusterWithoutRoomIsSaidWithExitCodeFour() throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("small-home"), 2)) {
      Map<String, String> spark = new HashMap<>(cluster.options(3));
      spark.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "1s");
      String[] three = {
        "--set", "engine.executors=3", "--set", "cycles.bn-group=2", "--set", "engine.patience=4"
      };
      try (TrainProcess train = TrainProcess.start(data, folder.resolve("no-room"), spark, three)) {
        assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.CLUSTER);
        assertThat(train.said())
            .containsPattern(
                "Spark offers [0-2] processes for 3 executors after 4 seconds \\(engine.patience\\) \\[.*]; is there room for them in the cluster\\?");
      }
      spark.put("spark.executor.memory", "64g");
      try (TrainProcess train = TrainProcess.start(data, folder.resolve("no-room"), spark, three)) {
        assertThat(train.exitCode()).as(train.said()).isEqualTo(Exit.CLUSTER);
        assertThat(train.said()).contains("Spark offers 0 processes for 3 executors");
      }
    }
  }
}
