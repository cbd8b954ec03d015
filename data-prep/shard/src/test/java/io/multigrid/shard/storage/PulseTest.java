package io.multigrid.shard.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @Test
  void aBeatThatFailsIsNotTheLast() throws Exception {
    CountDownLatch beats = new CountDownLatch(3);
    Patience.Action failing =
        () -> {
          beats.countDown();
          if (beats.getCount() == 1) {
            throw new IllegalStateException("no");
          }
          throw new IOException("away");
        };
    try (Pulse pulse = Pulse.every(SOON, "test", failing)) {
      assertThat(beats.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whoClosesItWaitsForTheBeatThatIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger over = new AtomicInteger();
    Pulse pulse =
        Pulse.every(
            SOON,
            "test",
            () -> {
              begun.countDown();
              awaitQuietly(held);
              over.incrementAndGet();
            });
    begun.await();
    Thread closing = new Thread(pulse::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
      Thread.onSpinWait();
    }
    assertThat(closing.isAlive()).as("close waits").isTrue();
    held.countDown();
    closing.join();
    assertThat(over).hasValue(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
