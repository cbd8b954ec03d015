package io.multigrid.engine.dispatch;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Lowers loggers that write lines in every iteration. A logger that the user's Log4j configuration
 * names is the user's choice and stays as it is.
 */
public final class Quiet {
  private Quiet() {}

  /**
   * Spark's own default writes some twenty lines an iteration, and what an engine keeps there makes
   * its block manager warn at the start.
   */
  static void spark() {
    lower("org.apache.spark", Level.WARN);
    lower("org.apache.spark.SparkContext", Level.ERROR);
    lower("org.apache.spark.storage.BlockManager", Level.ERROR);
  }

  /** Of a library that an engine brings along. */
  public static void lower(String logger, Level level) {
    if (LogManager.getContext(false) instanceof LoggerContext context
        && !context.getConfiguration().getLoggers().containsKey(logger)
        && level.isMoreSpecificThan(LogManager.getLogger(logger).getLevel())) {
      Configurator.setLevel(logger, level);
    }
  }
}
