package io.multigrid.train.cluster;

import io.multigrid.config.Settings;
import io.multigrid.engine.Engines;
import io.multigrid.train.settings.TrainSettings;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** The Spark context of a command: that of spark-submit, or one machine when there is none. */
public final class Sparks {
  /**
   * A file that is open for long, as metrics are, is not given up when one of its data nodes goes
   * and HDFS has no other to take its place.
   */
  private static final String WRITE_ON =
      "spark.hadoop.dfs.client.block.write.replace-datanode-on-failure.best-effort";

  private Sparks() {}

  /** For jobs whose tasks stand alone. */
  public static JavaSparkContext forData(String name) {
    return context(name, new SparkConf());
  }

  /** For synchronous training: a fixed set of executors. */
  public static JavaSparkContext forTraining(String name, Settings settings) {
    return forTraining(name, settings, new SparkConf());
  }

  /**
   * As {@link #forTraining(String, Settings)}, with room beside the heap for what a network needs.
   */
  public static JavaSparkContext forTraining(String name, Settings settings, Memory memory) {
    SparkConf conf = new SparkConf();
    if (!conf.contains("spark.executor.memoryOverheadFactor")) {
      conf.setIfMissing("spark.executor.memoryOverhead", memory.overheadMegabytes() + "m");
    }
    return forTraining(name, settings, conf);
  }

  private static JavaSparkContext forTraining(String name, Settings settings, SparkConf conf) {
    TrainSettings train = TrainSettings.from(settings);
    conf.setIfMissing(WRITE_ON, "true");
    if (conf.get("spark.master", "local").startsWith("local")) {
      int cores = Math.max(train.executors(), Runtime.getRuntime().availableProcessors());
      conf.setIfMissing("spark.master", "local[" + cores + "]");
    } else {
      conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", String.valueOf(train.threads()));
      conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
      conf.setIfMissing("spark.executor.instances", String.valueOf(train.executors()));
    }
    // Training has a progress line of its own.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    Engines.byName(train.engine().name()).sparkDefaults(settings(conf)).forEach(conf::set);
    return context(name, conf);
  }

  static Map<String, String> settings(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }

  private static JavaSparkContext context(String name, SparkConf conf) {
    conf.setIfMissing("spark.master", "local[*]");
    conf.set("spark.app.name", "multigrid " + name);
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
    }
    JavaSparkContext spark = new JavaSparkContext(conf);
    spark.setLogLevel("ERROR");
    return spark;
  }
}
