package io.multigrid.train.cluster;

import io.multigrid.engine.Engines;
import io.multigrid.train.ClusterException;
import io.multigrid.train.settings.TrainSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import scala.Tuple2;

/** The Spark context of a command: that of spark-submit, or one machine when there is none. */
public final class Sparks {
  /**
   * A file that is open for long, as metrics are, is not given up when one of its data nodes goes
   * and HDFS has no other to take its place.
   */
  private static final String WRITE_ON =
      "spark.hadoop.dfs.client.block.write.replace-datanode-on-failure.best-effort";

  /** What Spark calls an application that the master has not taken, before it stops by itself. */
  private static final String UNREGISTERED = "spark-application-";

  private static final String JAVA_OPTIONS = "spark.executor.extraJavaOptions";

  /** What executors write is read elsewhere: digits and names are the same in every country. */
  private static final String ROOT_LOCALE = "-Duser.language=en -Duser.country= ";

  private Sparks() {}

  /** For jobs whose tasks stand alone. */
  public static JavaSparkContext forData(String name, SparkConf conf) {
    return context(name, conf);
  }

  /** For synchronous training: a fixed set of executors. */
  public static JavaSparkContext forTraining(String name, TrainSettings train) {
    return forTraining(name, train, new SparkConf());
  }

  /**
   * As {@link #forTraining(String, TrainSettings)}, with room beside the heap for what a network
   * needs.
   */
  public static JavaSparkContext forTraining(String name, TrainSettings train, Memory memory) {
    return forTraining(name, train, sized(new SparkConf(), memory));
  }

  static SparkConf sized(SparkConf conf, Memory memory) {
    if (!conf.contains("spark.executor.memoryOverheadFactor")) {
      conf.setIfMissing("spark.executor.memoryOverhead", memory.overheadMegabytes() + "m");
    }
    return conf;
  }

  private static JavaSparkContext forTraining(String name, TrainSettings train, SparkConf conf) {
    conf.setIfMissing(WRITE_ON, "true");
    int processors = Runtime.getRuntime().availableProcessors();
    if (isLocal(conf)) {
      conf.setIfMissing("spark.master", "local[" + Math.max(train.executors(), processors) + "]");
    } else {
      executors(conf, train, processors);
    }
    // Training has a progress line of its own.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    Engines.byName(train.engine().name()).sparkDefaults(settings(conf)).forEach(conf::set);
    return context(name, conf);
  }

  static Map<String, String> settings(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }

  /** What a cluster is told of executors that compute. */
  static void executors(SparkConf conf, TrainSettings train, int processors) {
    Threads.of(train, conf, processors)
        .ifPresent(
            threads ->
                conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", String.valueOf(threads)));
    conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
    conf.setIfMissing("spark.executor.instances", String.valueOf(train.executors()));
  }

  static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "local").startsWith("local");
  }

  /** Hadoop's settings as they will be in a Spark context, before there is one. */
  public static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  private static JavaSparkContext context(String name, SparkConf conf) {
    conf.setIfMissing("spark.master", "local[*]");
    conf.set("spark.app.name", "multigrid " + name);
    // Nobody needs to wait until executors have dropped what is no longer used.
    conf.setIfMissing("spark.cleaner.referenceTracking.blocking", "false");
    TemporaryFolder.into(conf, System.getenv());
    conf.set(JAVA_OPTIONS, (ROOT_LOCALE + conf.get(JAVA_OPTIONS, "")).strip());
    boolean quiet = Logs.areOurs(conf);
    if (quiet) {
      conf.set(Logs.LEVEL, Logs.WHILE_STARTING);
    }
    if (isLocal(conf)) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
    }
    JavaSparkContext spark = isLocal(conf) ? open(conf) : onCluster(conf);
    if (quiet) {
      spark.setLogLevel(Logs.WHILE_RUNNING);
    }
    return spark;
  }

  private static JavaSparkContext open(SparkConf conf) {
    return new LimitedContext(conf, LimitedContext.LIMIT);
  }

  /**
   * @throws ClusterException saying who was asked, for how long, and what may help
   */
  private static JavaSparkContext onCluster(SparkConf conf) {
    Master master = Master.of(conf.get("spark.master"), hadoop());
    master.answers(Master.PATIENCE);
    long start = System.nanoTime();
    try {
      JavaSparkContext spark = open(conf);
      if (!spark.sc().applicationId().startsWith(UNREGISTERED)) {
        return spark;
      }
      spark.stop();
      throw new IllegalStateException("Spark stopped while it started");
    } catch (Exception e) { // Spark throws checked ones that it does not declare, too
      throw master.refused(e, Duration.ofNanos(System.nanoTime() - start));
    }
  }
}
