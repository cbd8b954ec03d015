package io.multigrid.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
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
        Map.of());
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
  void unknownEngineNamesTheKnownOnes() {
    assertThatThrownBy(() -> Engines.byName("bigdll"))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("engine.name = bigdll: must be one of ")
        .hasMessageContaining("local");
  }
}
