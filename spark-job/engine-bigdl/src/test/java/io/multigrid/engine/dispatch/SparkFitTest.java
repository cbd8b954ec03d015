package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.EngineException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkFitTest {
  private static SparkConf conf(String master) {
    return new SparkConf(false).setMaster(master);
  }

  @Test
  void defaultsFitOneMachine() {
    assertThat(SparkFit.problems(SparkFit.configure(conf("local[2]")), 2)).isEmpty();
    assertThat(SparkFit.problems(SparkFit.configure(conf("local[*]")), 1)).isEmpty();
  }

  @Test
  void defaultsAndTheNumberOfExecutorsFitAcluster() {
    SparkConf standalone =
        conf("spark://host:7077").set("spark.executor.cores", "4").set("spark.cores.max", "12");
    assertThat(SparkFit.problems(SparkFit.configure(standalone), 3)).isEmpty();
    SparkConf yarn =
        conf("yarn").set("spark.executor.cores", "4").set("spark.executor.instances", "3");
    assertThat(SparkFit.problems(SparkFit.configure(yarn), 3)).isEmpty();
  }

  @Test
  void keepsWhatTheUserSet() {
    SparkConf conf = conf("yarn").set("spark.executorEnv.OMP_NUM_THREADS", "8");
    assertThat(SparkFit.configure(conf).get("spark.executorEnv.OMP_NUM_THREADS")).isEqualTo("8");
  }

  @Test
  void reportsAllViolationsTogether() {
    SparkConf conf =
        conf("spark://host:7077")
            .set("spark.speculation", "true")
            .set("spark.dynamicAllocation.enabled", "true")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.rdd.cache.visibilityTracking.enabled", "true")
            .set("spark.executor.cores", "4")
            .set("spark.cores.max", "10");
    assertThatThrownBy(() -> SparkFit.check(conf, 3))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            """
            Spark does not fit the job:
              spark.speculation = true: must be false; a second copy of a task would step twice
              spark.dynamicAllocation.enabled = true: must be false; executors hold training state
              spark.serializer = org.apache.spark.serializer.KryoSerializer: must be org.apache.spark.serializer.JavaSerializer; BigDL's models travel by Java serialization
              spark.rdd.cache.visibilityTracking.enabled = true: must be false; what iterations cache would not be found again
              spark.task.maxFailures = 4: must be 1; a retried task would draw its clips twice
              spark.executorEnv.OMP_NUM_THREADS is not set: must be the threads of one executor's network, or each takes every core of its machine
              spark.cores.max = 10 with spark.executor.cores = 4: must be 12, for 3 executors""");
  }

  @Test
  void namesWhatAClusterNeedsToBeTold() {
    assertThat(SparkFit.problems(SparkFit.configure(conf("spark://host:7077")), 2))
        .containsExactly(
            "spark.executor.cores is not set: must be a number, cores of one executor",
            "spark.cores.max is not set: must be a number, cores of all executors");
    assertThat(SparkFit.problems(SparkFit.configure(conf("k8s://https://host")), 2))
        .containsExactly(
            "spark.executor.cores is not set: must be a number, cores of one executor",
            "spark.executor.instances is not set: must be a number, the executors of the job");
    SparkConf yarn =
        conf("yarn").set("spark.executor.cores", "four").set("spark.executor.instances", "5");
    assertThat(SparkFit.problems(SparkFit.configure(yarn), 2))
        .containsExactly(
            "spark.executor.cores = four: must be a number, cores of one executor",
            "spark.executor.instances = 5: must be 2, the executors of the job");
  }

  @Test
  void namesLocalMastersThatCannotHoldTheJob() {
    assertThat(SparkFit.problems(conf("local"), 2))
        .containsExactly("spark.master = local: must be local[2] or with more cores");
    assertThat(SparkFit.problems(conf("local[1]"), 2))
        .containsExactly("spark.master = local[1]: must have a core for each of 2 executors");
    assertThat(SparkFit.problems(conf("local[2, 3]"), 2))
        .containsExactly(
            "spark.master = local[2, 3]: must not name a number of failures; a retried task would draw its clips twice");
  }
}
