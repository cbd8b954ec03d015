package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Batches take 6 s to make, but for one. */
class FeedQueueTest {
  @Test
  void batchesThatWaitMakeUpForASlowOne() {
    FeedQueue two = new FeedQueue(2);
    assertThat(two.take(0, 6)).isEqualTo(0);
    assertThat(two.take(10, 6)).isEqualTo(10);
    assertThat(two.take(20, 6)).isEqualTo(20);
    // Begun at 12, when the one before it was made.
    assertThat(two.take(30, 20)).isEqualTo(32);
  }

  @Test
  void noMoreAreMadeThanMayWait() {
    FeedQueue one = new FeedQueue(1);
    assertThat(one.take(0, 6)).isEqualTo(0);
    assertThat(one.take(100, 6)).isEqualTo(100);
    // Begun at 6, when the second was made.
    assertThat(one.take(101, 6)).isEqualTo(101);
    // Begun when the second was taken, at 100.
    assertThat(one.take(102, 6)).isEqualTo(106);
  }
}
