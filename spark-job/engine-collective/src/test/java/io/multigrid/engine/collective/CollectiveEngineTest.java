package io.multigrid.engine.collective;

import io.multigrid.engine.EngineContract;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.dispatch.SparkConfs;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract in one JVM, with up to three ranks in it. */
class CollectiveEngineTest extends EngineContract {
  private static SparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = new SparkContext(SparkConfs.conf(Map.of("spark.master", "local[3]")));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Override
  protected EngineProvider provider() {
    return new CollectiveProvider();
  }
}
