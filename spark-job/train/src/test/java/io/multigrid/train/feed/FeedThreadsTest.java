package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FeedThreadsTest {
  private static final long PATIENCE_SECONDS = 60;

  /** Storage that hangs does not listen to interrupts either. */
  @Test
  void whatALateThreadReadsFromIsFreedWhenItIsDone() throws Exception {
    CountDownLatch reads = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    CountDownLatch freed = new CountDownLatch(1);
    AtomicBoolean freedWhileReading = new AtomicBoolean();
    FeedThreads threads = new FeedThreads(2, freed::countDown);
    threads.execute(
        () -> {
          reads.countDown();
          awaitUninterrupted(answers);
          freedWhileReading.set(freed.getCount() == 0);
        });
    reads.await();
    threads.close(Duration.ZERO);
    assertThat(freed.getCount()).as("not freed yet").isEqualTo(1);
    answers.countDown();
    assertThat(freed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(freedWhileReading).isFalse();
  }

  @Test
  void whatNobodyReadsFromIsFreedBeforeClosingReturns() {
    CountDownLatch freed = new CountDownLatch(1);
    FeedThreads threads = new FeedThreads(2, freed::countDown);
    threads.execute(() -> {});
    threads.close(Duration.ofSeconds(PATIENCE_SECONDS));
    assertThat(freed.getCount()).isZero();
    CountDownLatch unused = new CountDownLatch(1);
    new FeedThreads(2, unused::countDown).close(Duration.ZERO);
    assertThat(unused.getCount()).isZero();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // as a system call that does not end
      }
    }
  }
}
