package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every batch has groups. */
class BatchNormPropertyTest {
  @Property(seed = "1", tries = 1000)
  void groupsDivideEveryBatchAndAreAllOfASmallOne(
      @ForAll @IntRange(min = 1, max = 130) int workers,
      @ForAll @IntRange(min = 1, max = 130) int clips,
      @ForAll @IntRange(min = 1, max = 64) int group) {
    int batch = workers * clips;
    BatchNorm norm = BatchNorm.of(batch, workers, group);
    assertThat(clips % norm.splits()).isZero();
    assertThat(workers % norm.syncWorkers()).isZero();
    assertThat(norm.splits() == 1 || norm.syncWorkers() == 1).isTrue();
    if (group >= batch) {
      assertThat(norm.clips(batch, workers)).isEqualTo(batch);
    }
    if (batch % group == 0 && (clips % group == 0 || group % clips == 0)) {
      assertThat(norm.clips(batch, workers)).isEqualTo(group);
      assertThat(norm.adapted(batch, workers, group)).isFalse();
    }
  }
}
