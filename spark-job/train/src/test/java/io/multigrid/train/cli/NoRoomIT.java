package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.engine.dispatch.StandaloneCluster;
import io.multigrid.models.Network;
import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.SystemProperties;
import io.multigrid.train.TinyData;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The only machine goes while a command is at work. A limit in time is for what would otherwise
 * wait for ever.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class NoRoomIT {
  private static volatile StandaloneCluster cluster;
  private static volatile String group;

  @TempDir Path folder;
  private SystemProperties properties;

  /** Ends the worker as soon as a task of a group of jobs runs. */
  public static final class Killer extends SparkListener {
    private boolean begun;

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      begun |= group.equals(job.properties().getProperty("spark.jobGroup.id"));
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
      if (begun) {
        begun = false;
        cluster.killWorker();
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("spark"), 1);
    Map<String, String> spark = new HashMap<>(cluster.options(1));
    spark.put("spark.executor.memory", "1g");
    spark.put("spark.extraListeners", Killer.class.getName());
    properties = new SystemProperties(spark);
  }

  @AfterEach
  void stop() {
    properties.close();
    cluster.close();
  }

  private static String noRoom(String what) {
    return what
        + ": no executor was there for 30 seconds (engine.patience), and none came: is there room in the cluster?"
        + " Look at its master and the executors' logs, then run again";
  }

  @Test
  void anEvaluationEnds() throws IOException {
    String data = folder.resolve("data").toString();
    Settings settings = TinyData.settings();
    TinyData.write(data, new Configuration(), settings, 8);
    Recipe recipe = Recipe.from(settings);
    Path model = folder.resolve("model.safetensors");
    try (Network network = Network.create(recipe.model(), "cpu", 1);
        OutputStream out = Files.newOutputStream(model)) {
      SafeTensors tensors =
          ModelFile.content(
              Layout.of(recipe),
              network.weights(),
              network.statistics(),
              settings.recorded(),
              List.of("falling", "rising"));
      tensors.write(out);
    }
    group = "evaluate";
    Outcome outcome =
        Outcome.of(
            "evaluate", "--model", model.toString(), "--data", data, "--set", "engine.patience=30");
    assertThat(outcome.err()).contains(noRoom("evaluating " + data));
    assertThat(outcome.code()).isEqualTo(Exit.CLUSTER);
  }

  @Test
  void aPreparationEnds() throws IOException {
    Path videos = folder.resolve("videos");
    for (String label : List.of("running", "standing")) {
      Files.createDirectories(videos.resolve(label));
      Files.writeString(videos.resolve(label + "/1.mp4"), "no video");
    }
    String data = folder.resolve("data").toString();
    group = "prep";
    Outcome outcome =
        Outcome.of(
            "prep", "--videos", videos.toString(), "--out", data, "--set", "engine.patience=30");
    assertThat(outcome.err()).contains(noRoom("preparing " + data));
    assertThat(outcome.code()).isEqualTo(Exit.CLUSTER);
  }
}
