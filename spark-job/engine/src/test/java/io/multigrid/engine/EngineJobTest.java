package io.multigrid.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineJobTest {
  private static EngineJob job(
      int workers, int executors, int group, float[] weights, float[] momentum) {
    return new EngineJob(
        LeastSquares.Factory.of(weights.length),
        workers,
        executors,
        group,
        new Sgd(0.9, true),
        weights,
        Optional.of(momentum),
        Statistics.same(new float[0], workers),
        EngineContract.OPTIONS);
  }

  @Test
  void reportsAllProblemsTogether() {
    assertThatThrownBy(() -> job(8, 3, 4, new float[2], new float[5]))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            """
            executors = 3 for 8 workers in groups of 4: must be at most 2, as a group stays on one executor
            2 parameters for 3 executors: each executor steps a share of at least one
            momentum has 5 values, the weights 2: must be equal; is it from another model?""");
    assertThatThrownBy(() -> job(8, 0, 3, new float[2], new float[2]))
        .hasMessage(
            """
            executors = 0: must be at least 1
            workers = 8 in groups of 3: must be whole groups, at least one""");
  }

  @Test
  void keepsItsOwnCopyOfTheWeights() {
    float[] weights = {1, 2};
    EngineJob job = job(1, 1, 1, weights, new float[2]);
    weights[0] = 9;
    assertThat(job.weights()).containsExactly(1, 2);
  }

  @Test
  void refusesImpossibleMomentum() {
    assertThatThrownBy(() -> new Sgd(1, false))
        .hasMessage("momentum = 1.0: must be at least 0 and below 1");
    assertThatThrownBy(() -> new Sgd(Double.NaN, false))
        .hasMessage("momentum = NaN: must be at least 0 and below 1");
    assertThatThrownBy(() -> new Sgd(0, true)).hasMessageContaining("Nesterov");
  }

  @Test
  void refusesImpossibleClippingAndDecay() {
    assertThatThrownBy(() -> new Clipping(0, 1))
        .hasMessage("gradients clipped to norm 0.0 and value 1.0: must be above 0");
    assertThatThrownBy(
            () ->
                new WeightDecay(
                    List.of(new WeightDecay.Run(3, 0.1f), new WeightDecay.Run(2, 0.1f))))
        .hasMessage(
            "weight decay of 0.1 to parameter 2 after 3: ends must ascend and rates not be negative");
    Sgd sgd =
        new Sgd(0, false, Clipping.NONE, new WeightDecay(List.of(new WeightDecay.Run(3, 0.1f))));
    assertThatThrownBy(
            () ->
                new EngineJob(
                    LeastSquares.Factory.of(2),
                    1,
                    1,
                    1,
                    sgd,
                    new float[2],
                    Optional.empty(),
                    new float[1][0],
                    EngineContract.OPTIONS))
        .hasMessage("weight decay of 3 parameters for 2: must be equal");
  }

  @Test
  void unknownCompressionNamesTheKnownOnes() {
    assertThat(Compression.of("fp16")).isEqualTo(Compression.FP16);
    assertThatThrownBy(() -> Compression.of("zip"))
        .isInstanceOf(EngineException.class)
        .hasMessage("engine.compression = zip: must be one of none, fp16");
  }

  @Test
  void unknownEngineNamesTheKnownOnes() {
    assertThatThrownBy(() -> Engines.byName("bigdll"))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("engine.name = bigdll: must be one of ")
        .hasMessageContaining("local");
  }
}
