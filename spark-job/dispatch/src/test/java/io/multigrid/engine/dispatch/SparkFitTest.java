package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.EngineException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SparkFitTest {
  private static Map<String, String> with(String... keysAndValues) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return settings;
  }

  private static Map<String, String> completed(Map<String, String> settings) {
    settings.putAll(SparkFit.defaults(settings));
    return settings;
  }

  @Test
  void defaultsFitOneMachine() {
    assertThat(SparkFit.problems(completed(with("spark.master", "local[2]")), 2)).isEmpty();
    assertThat(SparkFit.problems(completed(with("spark.master", "local[*]")), 1)).isEmpty();
  }

  @Test
  void defaultsAndTheNumberOfExecutorsFitAcluster() {
    Map<String, String> standalone =
        with(
            "spark.master",
            "spark://host:7077",
            "spark.executor.cores",
            "4",
            "spark.cores.max",
            "12");
    assertThat(SparkFit.problems(completed(standalone), 3)).isEmpty();
    Map<String, String> yarn =
        with("spark.master", "yarn", "spark.executor.cores", "4", "spark.executor.instances", "3");
    assertThat(SparkFit.problems(completed(yarn), 3)).isEmpty();
  }

  @Test
  void executorsEndWhenTheyAreOutOfMemoryUnlessTheUserSaysOtherwise() {
    String key = "spark.executor.extraJavaOptions";
    assertThat(SparkFit.defaults(with("spark.master", "yarn")))
        .containsEntry(key, "-XX:+ExitOnOutOfMemoryError");
    assertThat(SparkFit.defaults(with("spark.master", "yarn", key, "-Xss2m -Da=b")))
        .containsEntry(key, "-Xss2m -Da=b -XX:+ExitOnOutOfMemoryError");
    for (String own : List.of("-XX:+CrashOnOutOfMemoryError", "-XX:OnOutOfMemoryError='kill %p'")) {
      assertThat(SparkFit.defaults(with("spark.master", "yarn", key, own))).doesNotContainKey(key);
      assertThat(
              SparkFit.defaults(
                  with("spark.master", "yarn", "spark.executor.defaultJavaOptions", own)))
          .doesNotContainKey(key);
    }
    assertThat(SparkFit.defaults(with("spark.master", "local[1]"))).doesNotContainKey(key);
  }

  @Test
  void reportsAllViolationsTogether() {
    Map<String, String> spark =
        with(
            "spark.master",
            "spark://host:7077",
            "spark.speculation",
            "true",
            "spark.dynamicAllocation.enabled",
            "true",
            "spark.executor.cores",
            "4",
            "spark.cores.max",
            "10");
    assertThatThrownBy(() -> SparkFit.check(SparkFit.problems(spark, 3)))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            """
            Spark does not fit the job:
              spark.speculation = true: must be false; a second copy of a task would step twice
              spark.dynamicAllocation.enabled = true: must be false; executors hold training state
              spark.task.maxFailures = 4: must be 1; a retried task would draw its clips twice
              spark.executorEnv.OMP_NUM_THREADS is not set: must be the threads of one executor's network, or each takes every core of its machine
              spark.cores.max = 10 with spark.executor.cores = 4: must be 12, for 3 executors""");
  }

  @Test
  void namesWhatAClusterNeedsToBeTold() {
    assertThat(SparkFit.problems(completed(with("spark.master", "spark://host:7077")), 2))
        .containsExactly(
            "spark.executor.cores is not set: must be a number, cores of one executor",
            "spark.cores.max is not set: must be a number, cores of all executors");
    assertThat(SparkFit.problems(completed(with("spark.master", "k8s://https://host")), 2))
        .containsExactly(
            "spark.executor.cores is not set: must be a number, cores of one executor",
            "spark.executor.instances is not set: must be a number, the executors of the job");
    Map<String, String> yarn =
        with(
            "spark.master",
            "yarn",
            "spark.executor.cores",
            "four",
            "spark.executor.instances",
            "5");
    assertThat(SparkFit.problems(completed(yarn), 2))
        .containsExactly(
            "spark.executor.cores = four: must be a number, cores of one executor",
            "spark.executor.instances = 5: must be 2, the executors of the job");
  }

  @Test
  void namesLocalMastersThatCannotHoldTheJob() {
    assertThat(SparkFit.problems(with("spark.master", "local"), 2))
        .containsExactly("spark.master = local: must be local[2] or with more cores");
    assertThat(SparkFit.problems(with("spark.master", "local[1]"), 2))
        .containsExactly("spark.master = local[1]: must have a core for each of 2 executors");
    assertThat(SparkFit.problems(with("spark.master", "local[2, 3]"), 2))
        .containsExactly(
            "spark.master = local[2, 3]: must not name a number of failures; a retried task would draw its clips twice");
  }
}
