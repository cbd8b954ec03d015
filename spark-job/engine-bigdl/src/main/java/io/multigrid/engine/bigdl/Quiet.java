package io.multigrid.engine.bigdl;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Lowers loggers that write lines in every iteration. A logger that the user's Log4j configuration
 * names is the user's choice and stays as it is.
 */
final class Quiet {
  private Quiet() {}

  /**
   * BigDL writes two lines an iteration, and a usage banner beside every error that it also throws.
   */
  static void bigdl() {
    lower("com.intel.analytics", Level.ERROR);
  }

  /**
   * Spark's own default writes some twenty lines an iteration, and BigDL makes its block manager
   * warn at the start.
   */
  static void spark() {
    lower("org.apache.spark", Level.WARN);
    lower("org.apache.spark.SparkContext", Level.ERROR);
    lower("org.apache.spark.storage.BlockManager", Level.ERROR);
  }

  private static void lower(String logger, Level level) {
    if (LogManager.getContext(false) instanceof LoggerContext context
        && !context.getConfiguration().getLoggers().containsKey(logger)
        && level.isMoreSpecificThan(LogManager.getLogger(logger).getLevel())) {
      Configurator.setLevel(logger, level);
    }
  }
}
