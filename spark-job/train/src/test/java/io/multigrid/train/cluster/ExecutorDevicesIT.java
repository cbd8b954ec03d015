package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.dispatch.StandaloneCluster;
import io.multigrid.train.ClusterException;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.TrainSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that says it has two GPUs, and two executors that get one each. */
class ExecutorDevicesIT {
  @TempDir Path folder;

  @Test
  void everyExecutorUsesTheDeviceThatSparkAssigned() throws Exception {
    Path script = folder.resolve("discover");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"4\", \"7\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    try (StandaloneCluster cluster =
        StandaloneCluster.start(
            folder.resolve("spark"),
            2,
            "-Dspark.worker.resource.gpu.amount=2",
            "-Dspark.worker.resource.gpu.discoveryScript=" + script)) {
      SparkConf conf = new SparkConf();
      cluster.options(2).forEach(conf::set);
      conf.setAppName("devices");
      conf.set("spark.executor.resource.gpu.amount", "1");
      conf.set("spark.task.resource.gpu.amount", "1");
      conf.set("spark.scheduler.minRegisteredResourcesRatio", "1"); // both executors take part
      try (JavaSparkContext spark = new JavaSparkContext(conf)) {
        List<String> devices =
            spark
                .parallelize(List.of(0, 1, 2, 3), 4)
                .map(
                    part -> {
                      Thread.sleep(500); // in the first two of four tasks
                      return ExecutorDevices.of("gpu");
                    })
                .collect();
        assertThat(devices).contains("cuda:4", "cuda:7").hasSize(4);
        assertThat(devices).containsOnly("cuda:4", "cuda:7");
      }
    }
  }

  /** As many as two executors say, in the words that every one of them says once. */
  @Test
  void aDeviceThatExecutorsDoNotHaveIsSaidBeforeAnythingRuns() {
    SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("devices");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      assertThatCode(() -> RollCall.check(spark, settings("cpu"))).doesNotThrowAnyException();
      assertThatThrownBy(() -> RollCall.check(spark, settings("cuda:99")))
          .isInstanceOf(ClusterException.class)
          .hasMessageMatching(
              "(?s)the cluster does not fit the job:\n  engine.device = cuda:99: 127.0.0.1 sees [^\n]+");
      assertThatThrownBy(() -> RollCall.check(spark, settings("gpu")))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("engine.device = gpu: Spark assigned none");
    }
  }

  private static TrainSettings settings(String device) {
    return TrainSettings.from(TinyData.settings("engine.device=\"" + device + "\""));
  }

  @Test
  void saysWhatToSetWhereSparkAssignedNone() {
    assertThat(ExecutorDevices.of("cpu")).isEqualTo("cpu");
    assertThat(ExecutorDevices.of("cuda:1")).isEqualTo("cuda:1");
    assertThatThrownBy(() -> ExecutorDevices.of("gpu"))
        .hasMessageContaining("Spark assigned none; set spark.executor.resource.gpu.amount = 1");
  }
}
