package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.EngineException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskLimitTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<String> ONE = List.of("executor 1 (b:2)");

  @Test
  void whatIsSlowIsNotStuck() {
    TaskLimit limit = new TaskLimit(HOUR);
    assertThat(limit.now()).isEqualTo(HOUR);
    limit.took(Duration.ofMinutes(2));
    assertThat(limit.now()).isEqualTo(HOUR);
    limit.took(Duration.ofMinutes(10));
    limit.took(Duration.ofMinutes(1));
    assertThat(limit.now()).isEqualTo(Duration.ofMinutes(200));
    assertThatCode(() -> limit.check(Duration.ofMinutes(199), () -> ONE))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsStuckIsNamed() {
    assertThatThrownBy(() -> new TaskLimit(HOUR).check(Duration.ofSeconds(3601), () -> ONE))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "executor 1 (b:2): there, but without an answer for 3601 seconds, and 3600 are the limit");
  }

  @Test
  void anAnswerThatHasJustComeIsInTime() {
    assertThatCode(() -> new TaskLimit(HOUR).check(Duration.ofSeconds(3601), List::of))
        .doesNotThrowAnyException();
  }
}
