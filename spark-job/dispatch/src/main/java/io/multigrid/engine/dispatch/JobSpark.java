package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * The Spark of a job: the one that runs, or one from {@code spark.*} system properties and options.
 *
 * @param stop ends what was started for the job, and leaves alone what was there
 */
public record JobSpark(JavaSparkContext context, Runnable stop) {
  /**
   * @throws io.multigrid.engine.EngineException listing every setting that does not fit
   */
  public static JobSpark of(EngineProvider engine, EngineJob job) {
    boolean ours = SparkContext$.MODULE$.getActive().isEmpty();
    SparkConf conf = ours ? conf(engine, job) : SparkContext$.MODULE$.getActive().get().getConf();
    SparkFit.check(engine.sparkProblems(settings(conf), job.executors()));
    JavaSparkContext context = new JavaSparkContext(SparkContext.getOrCreate(conf));
    Quiet.spark();
    return new JobSpark(context, ours ? context::stop : () -> {});
  }

  private static Map<String, String> settings(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }

  /** The user's system properties, the job's options over them, and defaults for the rest. */
  private static SparkConf conf(EngineProvider engine, EngineJob job) {
    SparkConf conf = new SparkConf();
    job.options().spark().forEach(conf::set);
    conf.setIfMissing("spark.master", "local[" + job.executors() + "]");
    engine.sparkDefaults(settings(conf)).forEach(conf::set);
    return conf;
  }
}
