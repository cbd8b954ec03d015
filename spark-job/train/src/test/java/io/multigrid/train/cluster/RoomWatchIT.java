package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.dispatch.StandaloneCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RoomWatchIT {
  /** A limit in time is for what would otherwise wait for ever. */
  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void aJobThatNobodyIsLeftForEnds(@TempDir Path folder) throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 1)) {
      SparkConf conf = new SparkConf().setAppName("room");
      cluster.options(1).forEach(conf::set);
      try (JavaSparkContext spark = new JavaSparkContext(conf)) {
        try (RoomWatch room = RoomWatch.over(spark, Duration.ofMinutes(5))) {
          assertThat(spark.parallelize(List.of(3), 1).collect()).containsExactly(3);
          assertThat(room.ended()).isFalse();
        }
        cluster.killWorker();
        while (spark.sc().getExecutorMemoryStatus().size() > 1) {
          Thread.sleep(100);
        }
        try (RoomWatch room = RoomWatch.over(spark, Duration.ofSeconds(1))) {
          assertThatThrownBy(() -> spark.parallelize(List.of(3), 1).collect())
              .hasMessageContaining("cancelled");
          assertThat(room.ended()).isTrue();
        }
      }
    }
  }
}
