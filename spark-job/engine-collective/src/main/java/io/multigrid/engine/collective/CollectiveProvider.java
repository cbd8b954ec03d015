package io.multigrid.engine.collective;

import io.multigrid.engine.Compression;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.JobSpark;
import io.multigrid.engine.dispatch.SparkFailures;
import io.multigrid.engine.dispatch.SparkFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Engine {@code collective}. Uses the running Spark context, or starts one from {@code spark.*}
 * system properties and options and stops it at the end.
 */
public final class CollectiveProvider implements EngineProvider {
  @Override
  public String name() {
    return "collective";
  }

  @Override
  public boolean onSpark() {
    return true;
  }

  @Override
  public Set<Compression> compressions() {
    return Set.of(Compression.NONE);
  }

  @Override
  public Map<String, String> sparkDefaults(Map<String, String> given) {
    return SparkFit.defaults(given);
  }

  @Override
  public List<String> sparkProblems(Map<String, String> spark, int executors) {
    List<String> problems = new ArrayList<>(SparkFit.problems(spark, executors));
    for (String key :
        List.of("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption")) {
      SparkFit.require(
          problems,
          spark,
          key,
          "false",
          "false",
          "gradients travel between executors beside Spark, unencrypted; engine.name = bigdl encrypts them");
    }
    return problems;
  }

  @Override
  public Engine start(EngineJob job) {
    Compression compression = job.options().compression();
    if (compression != Compression.NONE) {
      throw new EngineException(
          "engine.compression = %s with engine.name = collective: must be %s; gradients are summed as float32"
              .formatted(compression.setting(), Compression.NONE.setting()));
    }
    JobSpark spark = JobSpark.of(this, job);
    try {
      return start(job, spark);
    } catch (Exception e) {
      spark.stop().run();
      throw SparkFailures.ours("starting the collective engine", e);
    }
  }

  private static Engine start(EngineJob job, JobSpark spark) {
    ExecutorGroup<Rank> group =
        ExecutorGroup.assemble(spark.context(), job.executors(), RankStart.of(job), job.options());
    try {
      return new CollectiveEngine(job, group, spark.stop());
    } catch (Throwable e) {
      group.close();
      throw e;
    }
  }
}
