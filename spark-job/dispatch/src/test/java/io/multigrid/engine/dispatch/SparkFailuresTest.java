package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.EngineException;
import java.io.IOException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class SparkFailuresTest {
  @Test
  void findsTheReasonAmongTheCauses() {
    Throwable wrapped =
        new RuntimeException("outer", new SparkException("job", new EngineException("the reason")));
    assertThat(SparkFailures.of("stage 1", wrapped))
        .hasMessage("stage 1: the reason")
        .hasCause(wrapped);
  }

  @Test
  void findsTheReasonInTextFromAnotherProcess() {
    Throwable told =
        new SparkException(
            "Job aborted: Lost task 0.0: Unknown\nCaused by: io.multigrid.engine.EngineException: iteration 3: x\n\tat y",
            new IOException("z"));
    assertThat(SparkFailures.of("stage 1", told)).hasMessage("stage 1: iteration 3: x");
  }

  @Test
  void fallsBackToTheRootCause() {
    Throwable other = new RuntimeException("outer", new IOException("disk full"));
    assertThat(SparkFailures.of("stage 1", other))
        .hasMessage("stage 1: java.io.IOException: disk full");
  }
}
