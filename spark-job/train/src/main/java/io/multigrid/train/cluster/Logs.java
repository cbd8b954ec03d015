package io.multigrid.train.cluster;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.spark.SparkConf;

/**
 * Spark and its libraries speak up only when something is wrong, unless the user says otherwise.
 */
final class Logs {
  static final String LEVEL = "spark.log.level";

  /** What Spark says when it cannot start is said in our words. */
  static final String WHILE_STARTING = "FATAL";

  static final String WHILE_RUNNING = "ERROR";

  private static final String SPARKS_OWN = "org/apache/spark/log4j2-defaults.properties";

  private Logs() {}

  /** Whether the user has no configuration of Log4j, and has set no level. */
  static boolean areOurs(SparkConf conf) {
    return !conf.contains(LEVEL) && !configuredByUser(source());
  }

  /** Where Log4j's configuration was read; empty if it is what Log4j does without any. */
  private static String source() {
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      ConfigurationSource source = context.getConfiguration().getConfigurationSource();
      String location = source == null ? null : source.getLocation();
      return location == null ? "" : location;
    }
    return "";
  }

  /** Whether it is neither in our jar nor Spark's default. */
  static boolean configuredByUser(String source) {
    String ours = Logs.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return !source.isEmpty() && !source.contains(ours) && !source.contains(SPARKS_OWN);
  }
}
