package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.NNContext;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.SparkFailures;
import io.multigrid.engine.dispatch.SparkFit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Engine {@code bigdl}. Uses the running Spark context, or starts one from {@code spark.*} system
 * properties and options and stops it at the end.
 */
public final class BigdlProvider implements EngineProvider {
  @Override
  public String name() {
    return "bigdl";
  }

  @Override
  public boolean onSpark() {
    return true;
  }

  @Override
  public Map<String, String> sparkDefaults(Map<String, String> given) {
    return SparkFit.defaults(given);
  }

  @Override
  public List<String> sparkProblems(Map<String, String> spark, int executors) {
    return SparkFit.problems(spark, executors);
  }

  @Override
  public Engine start(EngineJob job) {
    Quiet.bigdl();
    boolean ours = SparkContext$.MODULE$.getActive().isEmpty();
    SparkConf conf = ours ? conf(job) : SparkContext$.MODULE$.getActive().get().getConf();
    SparkFit.check(settings(conf), job.executors());
    JavaSparkContext spark = new JavaSparkContext(SparkContext.getOrCreate(conf));
    Quiet.spark();
    Runnable stop = ours ? spark::stop : () -> {};
    try {
      return start(job, spark, stop);
    } catch (Exception e) {
      stop.run();
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

  private static Map<String, String> settings(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }

  /** The user's system properties, the job's options over them, and defaults for the rest. */
  private static SparkConf conf(EngineJob job) {
    SparkConf conf = new SparkConf();
    job.options().spark().forEach(conf::set);
    conf.setIfMissing("spark.master", "local[" + job.executors() + "]");
    SparkFit.defaults(settings(conf)).forEach(conf::set);
    return conf;
  }
}
