package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.NNContext;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.SparkFailures;
import io.multigrid.engine.dispatch.SparkFit;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Engine {@code bigdl}. Uses the running Spark context, or starts one from {@code spark.*} system
 * properties and options and stops it at the end.
 *
 * <p>Options: {@code engine.compression}, {@code none} (float32 end to end, the default) or {@code
 * fp16} (the upper 16 bits); {@code engine.patience}, the seconds that executors are waited for.
 */
public final class BigdlProvider implements EngineProvider {
  private static final String PATIENCE_SECONDS = "300";

  @Override
  public String name() {
    return "bigdl";
  }

  @Override
  public Engine start(EngineJob job) {
    String compression = job.options().getOrDefault("engine.compression", "none");
    if (!List.of("none", "fp16").contains(compression)) {
      throw new EngineException(
          "engine.compression = " + compression + ": must be none (float32) or fp16");
    }
    Quiet.bigdl();
    boolean ours = SparkContext$.MODULE$.getActive().isEmpty();
    SparkConf conf = ours ? conf(job) : SparkContext$.MODULE$.getActive().get().getConf();
    SparkFit.check(conf, job.executors());
    JavaSparkContext spark = new JavaSparkContext(SparkContext.getOrCreate(conf));
    Quiet.spark();
    Runnable stop = ours ? spark::stop : () -> {};
    try {
      return start(job, compression, spark, stop);
    } catch (Exception e) {
      stop.run();
      throw SparkFailures.ours("starting BigDL", e);
    }
  }

  private static Engine start(
      EngineJob job, String compression, JavaSparkContext spark, Runnable stop) {
    NNContext.initNNContext(spark.getConf(), spark.appName());
    ExecutorGroup<ExecutorState> group =
        ExecutorGroup.assemble(spark, job.executors(), ExecutorStart.of(job), patience(job));
    try {
      return new BigdlEngine(job, group, compression, stop);
    } catch (Throwable e) {
      group.close();
      throw e;
    }
  }

  private static Duration patience(EngineJob job) {
    String seconds = job.options().getOrDefault("engine.patience", PATIENCE_SECONDS);
    return Duration.ofMillis((long) (1000 * Double.parseDouble(seconds)));
  }

  /** The user's system properties, the job's options over them, and defaults for the rest. */
  private static SparkConf conf(EngineJob job) {
    SparkConf conf = new SparkConf();
    job.options().entrySet().stream()
        .filter(option -> option.getKey().startsWith("spark."))
        .forEach(option -> conf.set(option.getKey(), option.getValue()));
    conf.setIfMissing("spark.master", "local[" + job.executors() + "]");
    return SparkFit.configure(conf);
  }
}
