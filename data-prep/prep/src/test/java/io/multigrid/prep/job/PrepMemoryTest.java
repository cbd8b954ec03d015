package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class PrepMemoryTest {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  @Test
  void everyTaskAtOnceHasRoomForItsChild() {
    assertThat(PrepMemory.sized(new SparkConf(false)).get(OVERHEAD)).isEqualTo("896m");
    SparkConf conf =
        new SparkConf(false).set("spark.executor.cores", "8").set("spark.executor.memory", "16g");
    // A tenth of 16,384 MB and eight times 512.
    assertThat(PrepMemory.sized(conf.clone()).get(OVERHEAD)).isEqualTo("5734m");
    assertThat(PrepMemory.sized(conf.clone().set("spark.task.cpus", "4")).get(OVERHEAD))
        .isEqualTo("2662m");
  }

  @Test
  void whatTheUserSaysIsKept() {
    SparkConf own = new SparkConf(false).set(OVERHEAD, "3g");
    assertThat(PrepMemory.sized(own).get(OVERHEAD)).isEqualTo("3g");
    SparkConf factor = new SparkConf(false).set("spark.executor.memoryOverheadFactor", "0.4");
    assertThat(PrepMemory.sized(factor).contains(OVERHEAD)).isFalse();
  }
}
