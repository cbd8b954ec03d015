package io.multigrid.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
  @Test
  void saysWhetherACallCameBack() {
    assertThat(TimeLimit.run("short", Duration.ofMinutes(1), () -> {})).isTrue();
  }

  @Test
  void interruptsAndLeavesBehindWhatDoesNot() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    Runnable endless =
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    assertThat(TimeLimit.run("endless", Duration.ofMillis(10), endless)).isFalse();
    assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
  }
}
