package io.multigrid.engine.dispatch;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/** Configurations of Spark for tests. */
public final class SparkConfs {
  private SparkConfs() {}

  /** What is given, and what training wants where that says nothing. */
  public static SparkConf conf(Map<String, String> given) {
    SparkConf conf = new SparkConf();
    given.forEach(conf::set);
    SparkFit.defaults(settings(conf)).forEach(conf::set);
    return conf;
  }

  private static Map<String, String> settings(SparkConf conf) {
    return Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
  }
}
