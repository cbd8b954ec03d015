package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.NNContext;
import io.multigrid.engine.Compression;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.JobSpark;
import io.multigrid.engine.dispatch.Quiet;
import io.multigrid.engine.dispatch.SparkFailures;
import io.multigrid.engine.dispatch.SparkFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.Level;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Engine {@code bigdl}. Uses the running Spark context, or starts one from {@code spark.*} system
 * properties and options and stops it at the end.
 */
public final class BigdlProvider implements EngineProvider {
  private static final String SERIALIZER = "org.apache.spark.serializer.JavaSerializer";

  @Override
  public String name() {
    return "bigdl";
  }

  @Override
  public boolean onSpark() {
    return true;
  }

  @Override
  public Set<Compression> compressions() {
    return Set.of(Compression.values());
  }

  @Override
  public Map<String, String> sparkDefaults(Map<String, String> given) {
    return SparkFit.defaults(given);
  }

  @Override
  public List<String> sparkProblems(Map<String, String> spark, int executors) {
    List<String> problems = new ArrayList<>(SparkFit.problems(spark, executors));
    SparkFit.require(
        problems,
        spark,
        "spark.serializer",
        SERIALIZER,
        SERIALIZER,
        "BigDL's models travel by Java serialization");
    SparkFit.require(
        problems,
        spark,
        "spark.rdd.cache.visibilityTracking.enabled",
        "false",
        "false",
        "what iterations cache would not be found again");
    return problems;
  }

  /**
   * BigDL writes two lines an iteration, and a usage banner beside every error that it also throws.
   */
  static void quiet() {
    Quiet.lower("com.intel.analytics", Level.ERROR);
  }

  @Override
  public Engine start(EngineJob job) {
    quiet();
    JobSpark spark = JobSpark.of(this, job);
    try {
      return start(job, spark.context(), spark.stop());
    } catch (Exception e) {
      spark.stop().run();
      throw SparkFailures.ours("starting BigDL", e);
    }
  }

  private static Engine start(EngineJob job, JavaSparkContext spark, Runnable stop) {
    NNContext.initNNContext(spark.getConf(), spark.appName());
    ExecutorGroup<ExecutorState> group =
        ExecutorGroup.assemble(spark, job.executors(), ExecutorStart.of(job), job.options());
    try {
      return new BigdlEngine(job, group, stop);
    } catch (Throwable e) {
      group.close();
      throw e;
    }
  }
}
