package io.multigrid.engine.bigdl;

import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineContract;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Engines;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract in one JVM, with up to three executors in it. */
class BigdlEngineTest extends EngineContract {
  private static SparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = new SparkContext(SparkFit.configure(new SparkConf().setMaster("local[3]")));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Override
  protected Engine start(EngineJob job) {
    return Engines.byName("bigdl").start(job);
  }
}
