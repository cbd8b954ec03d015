package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.engine.Compression;
import io.multigrid.engine.Engines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What computes, and where: the settings {@code engine}.
 *
 * @param threads that a network computes with; 0 for the cores of its executor
 * @param compression none or fp16
 * @param patience that the cluster may take to give all executors
 * @param iterationLimit that an executor may be at its part of an iteration
 * @param restarts restarts after a lost executor, without a new checkpoint between
 */
public record EngineSettings(
    String name,
    int executors,
    int threads,
    String device,
    String compression,
    Duration patience,
    Duration iterationLimit,
    int restarts) {
  private static final String DEVICES = "cpu|" + TrainSettings.ASSIGNED_GPU + "|cuda:\\d{1,3}";

  /** The same with another number of threads. */
  EngineSettings withThreads(int number) {
    return new EngineSettings(
        name, executors, number, device, compression, patience, iterationLimit, restarts);
  }

  /**
   * The patience alone, for what does not train.
   *
   * @throws ConfigurationException if it is negative
   */
  public static Duration patience(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Duration patience = settings.section("engine", problems).duration("patience");
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return patience;
  }

  private static boolean takes(String engine, String compression) {
    return Engines.byName(engine).compressions().contains(Compression.of(compression));
  }

  static EngineSettings read(Settings settings, List<Problem> problems) {
    Section engine = settings.section("engine", problems);
    String compression = engine.text("compression");
    boolean known = Engines.names().contains(engine.text("name"));
    if (!Compression.settings().contains(compression)) {
      engine.problem("compression", "must be none or fp16", "choose one of them");
    } else if (known && !takes(engine.text("name"), compression)) {
      engine.problem(
          "compression",
          "must be none with engine.name = " + engine.text("name"),
          "leave it out, or choose engine.name = bigdl");
    }
    if (!known) {
      engine.problem(
          "name",
          "must be one of %s, the engines on the class path"
              .formatted(String.join(", ", Engines.names())),
          "choose one of them");
    }
    if (!engine.text("device").matches(DEVICES)) {
      engine.problem(
          "device",
          "must be cpu, cuda:0 (or another number), or gpu",
          "choose one of them; gpu is the one that Spark assigned to the executor");
    }
    return new EngineSettings(
        engine.text("name"),
        engine.positive("executors"),
        engine.natural("threads"),
        engine.text("device"),
        compression,
        engine.duration("patience"),
        engine.positiveDuration("iteration-limit"),
        engine.natural("restarts"));
  }
}
