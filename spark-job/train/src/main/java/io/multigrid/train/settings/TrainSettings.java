package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.ClipFeed;
import io.multigrid.train.feed.EvaluationClips;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What training and evaluation need to know beside the recipe, section by section.
 *
 * @param progress between two lines of progress
 */
public record TrainSettings(
    EngineSettings engine,
    FeedSettings feed,
    EvaluateSettings evaluate,
    CheckpointPolicy checkpoints,
    DivergenceSettings divergence,
    Duration progress,
    InitialSettings initial) {
  /** The device that stands for the GPU that Spark gave to the executor. */
  public static final String ASSIGNED_GPU = "gpu";

  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static TrainSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    TrainSettings read =
        new TrainSettings(
            EngineSettings.read(settings, problems),
            FeedSettings.read(settings, problems),
            EvaluateSettings.read(settings, problems),
            CheckpointPolicy.read(settings, problems),
            DivergenceSettings.read(settings, problems),
            settings.section("progress", problems).duration("every-seconds"),
            InitialSettings.read(settings, problems));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return read;
  }

  /** The same with another number of threads. */
  public TrainSettings withThreads(int number) {
    return new TrainSettings(
        engine.withThreads(number), feed, evaluate, checkpoints, divergence, progress, initial);
  }

  public int executors() {
    return engine.executors();
  }

  /** Threads that a network computes with; 0 for the cores of its executor. */
  public int threads() {
    return engine.threads();
  }

  public String device() {
    return engine.device();
  }

  /** Seconds that the cluster may take to give all executors. */
  public double patience() {
    return engine.patience().toNanos() / 1e9;
  }

  public ClipFeed.Ahead ahead() {
    return feed.ahead();
  }

  public EvaluationClips.Views views() {
    return evaluate.views();
  }

  public Split split() {
    return evaluate.split();
  }
}
