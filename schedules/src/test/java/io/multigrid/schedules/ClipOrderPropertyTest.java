package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds of every order of clips. */
class ClipOrderPropertyTest {
  @Property(seed = "1", tries = 100)
  void anEpochHasEveryVideoOnce(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int videos, @ForAll byte epoch) {
    long[] order = epoch(new ClipOrder(seed, videos), videos, Math.abs((long) epoch));
    Arrays.sort(order);
    assertThat(order).isEqualTo(LongStream.range(0, videos).toArray());
  }

  @Property(seed = "2", tries = 100)
  void epochsAndSeedsDiffer(@ForAll long seed, @ForAll @IntRange(min = 20, max = 2000) int videos) {
    ClipOrder order = new ClipOrder(seed, videos);
    assertThat(epoch(order, videos, 0)).isNotEqualTo(epoch(order, videos, 1));
    assertThat(epoch(order, videos, 0))
        .isNotEqualTo(epoch(new ClipOrder(seed + 1, videos), videos, 0));
  }

  /** Each looks up the positions of its own workers, with an order of its own. */
  @Property(seed = "3", tries = 100)
  void anyNumberOfExecutorsReadsTheSameClips(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 999) int videos,
      @ForAll @IntRange(min = 1, max = 16) int executors) {
    int clips = 2 * videos + 1;
    Long[] read = new Long[clips];
    List<ClipOrder> orders = new ArrayList<>();
    for (int e = 0; e < executors; e++) {
      orders.add(new ClipOrder(seed, videos));
    }
    for (int position = clips - 1; position >= 0; position--) {
      read[position] = orders.get(position % executors).video(position);
    }
    ClipOrder one = new ClipOrder(seed, videos);
    assertThat(read)
        .isEqualTo(LongStream.range(0, clips).mapToObj(one::video).toArray(Long[]::new));
  }

  @Property(seed = "4", tries = 300)
  void drawsStayInTheirBounds(
      @ForAll long key, @ForAll int draw, @ForAll @IntRange(min = 1) int bound) {
    Draws draws = Draws.of(key, 1, 2, 3, 4);
    assertThat(draws.below(draw, bound)).isBetween(0, bound - 1);
    assertThat(draws.uniform(draw)).isGreaterThanOrEqualTo(0).isLessThan(1);
  }

  private static long[] epoch(ClipOrder order, int videos, long epoch) {
    return LongStream.range(0, videos).map(i -> order.video(epoch * videos + i)).toArray();
  }
}
