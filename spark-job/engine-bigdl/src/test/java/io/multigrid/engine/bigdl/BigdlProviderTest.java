package io.multigrid.engine.bigdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.engine.Compression;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.Engines;
import io.multigrid.engine.LeastSquares;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext$;
import org.junit.jupiter.api.Test;

class BigdlProviderTest {
  private static final float[] WEIGHTS = {0.1f, 0.2f, 0.3f};

  private static Engine start(Compression compression, Map<String, String> spark) {
    return Engines.byName("bigdl")
        .start(
            new EngineJob(
                LeastSquares.Factory.of(WEIGHTS.length),
                2,
                1,
                1,
                new Sgd(0.9, false),
                WEIGHTS,
                Optional.empty(),
                Statistics.same(new float[0], 2),
                new EngineOptions(compression, Duration.ofMinutes(1), Duration.ofHours(1), spark)));
  }

  private static float[] afterOneStep(Compression compression) {
    try (Engine engine = start(compression, Map.of("spark.app.name", "own"))) {
      engine.run(new StageRun(0, 0, new double[] {0.1}), report -> {});
      return engine.weights();
    }
  }

  @Test
  void startsAndStopsSparkIfThereIsNone() {
    float[] weights = afterOneStep(Compression.NONE);
    assertThat(weights).hasSize(3).doesNotContain(WEIGHTS);
    assertThat(SparkContext$.MODULE$.getActive().isEmpty()).isTrue();
  }

  @Test
  void sendsTheUpperHalfOfGradientsIfAsked() {
    float[] full = afterOneStep(Compression.NONE);
    float[] half = afterOneStep(Compression.FP16);
    assertThat(half).isNotEqualTo(full);
    for (int i = 0; i < full.length; i++) {
      assertThat(half[i]).isCloseTo(full[i], within(0.01f));
    }
  }

  @Test
  void refusesSettingsThatDoNotFitBeforeSparkStarts() {
    assertThatThrownBy(
            () ->
                start(
                    Compression.NONE, Map.of("spark.master", "local", "spark.speculation", "true")))
        .hasMessage(
            """
            Spark does not fit the job:
              spark.speculation = true: must be false; a second copy of a task would step twice
              spark.master = local: must be local[1] or with more cores""");
    assertThat(SparkContext$.MODULE$.getActive().isEmpty()).isTrue();
  }

  @Test
  void wantsSerializationAndCachesAsItsModelsNeedThem() {
    Map<String, String> spark =
        Map.of(
            "spark.master",
            "local[1]",
            "spark.serializer",
            "org.apache.spark.serializer.KryoSerializer",
            "spark.rdd.cache.visibilityTracking.enabled",
            "true");
    assertThat(new BigdlProvider().sparkProblems(spark, 1))
        .containsExactly(
            "spark.serializer = org.apache.spark.serializer.KryoSerializer: must be org.apache.spark.serializer.JavaSerializer; BigDL's models travel by Java serialization",
            "spark.rdd.cache.visibilityTracking.enabled = true: must be false; what iterations cache would not be found again");
  }
}
