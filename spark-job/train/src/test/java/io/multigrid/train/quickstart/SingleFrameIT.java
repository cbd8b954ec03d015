package io.multigrid.train.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.job.PrepJob;
import io.multigrid.prep.job.PrepSettings;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart's classes are told apart by motion alone. */
class SingleFrameIT {
  private static final int TRAIN_VIDEOS = 64;
  private static final int VALIDATION_VIDEOS = 32;

  /** 256 videos: guessing gives 12.5 %, with a standard deviation of 2.1. */
  private static final double NEAR_CHANCE = 0.125 + 4 * 0.021;

  private static final double LEARNT = 0.5;

  @TempDir Path folder;

  @Test
  void aNetworkThatSeesOneFrameGuessesWhileOneThatSeesThemMoveKnows() throws IOException {
    Settings settings = settings();
    Path videos = folder.resolve("videos");
    QuickstartVideos.write(videos, TRAIN_VIDEOS, VALIDATION_VIDEOS, 3, 2);
    try (JavaSparkContext spark =
        Sparks.forTraining("single frame", TrainSettings.from(settings))) {
      PrepSettings prep = PrepSettings.from(settings);
      Catalogue catalogue = Catalogue.read(videos.toString(), 0, spark.hadoopConfiguration());
      String data = folder.resolve("moving").toString();
      new PrepJob(spark, prep, catalogue, videos.toString(), data).execute();
      Dataset moving = Dataset.open(data, spark.hadoopConfiguration());
      Dataset still =
          StillDataset.of(moving, folder.resolve("still").toString(), spark.hadoopConfiguration());
      assertThat(still.size(Split.VALIDATION)).isEqualTo(8 * VALIDATION_VIDEOS);

      Trainer.Result seen = train(spark, settings, moving, "moving");
      Trainer.Result guessed = train(spark, settings, still, "still");

      assertThat(seen.evaluation().top1()).as("moving").isGreaterThan(LEARNT);
      assertThat(guessed.evaluation().top1()).as("one frame").isLessThan(NEAR_CHANCE);
    }
  }

  private Trainer.Result train(JavaSparkContext spark, Settings settings, Dataset data, String name)
      throws IOException {
    return new Trainer(spark, RunSettings.from(settings), data, name)
        .run(folder.resolve("run-" + name).toString());
  }

  /** The quickstart's baseline on fewer and smaller frames. */
  private static Settings settings() {
    return Settings.recipe(
        "quickstart",
        List.of(
            "cycles.long=false",
            "cycles.short=false",
            "clip.frames=8",
            "clip.stride=4",
            "clip.crop=48",
            "clip.jitter=[52,60]",
            "evaluate.crop=48",
            "evaluate.short-side=54",
            "evaluate.every-epochs=0",
            "model.classes=8",
            "solver.learning-rate=0.05",
            "solver.epochs=8",
            "solver.steps=[0,6]",
            "solver.warmup-epochs=1.0"));
  }
}
