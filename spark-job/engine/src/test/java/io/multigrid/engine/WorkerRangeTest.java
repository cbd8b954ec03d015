package io.multigrid.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerRangeTest {
  @ParameterizedTest
  @CsvSource({"1,1,1", "8,1,1", "8,3,1", "8,8,1", "128,7,8", "12,2,4", "6,2,2"})
  void coversAllWorkersEvenlyInWholeGroups(int workers, int executors, int group) {
    List<WorkerRange> ranges =
        IntStream.range(0, executors)
            .mapToObj(e -> WorkerRange.of(e, executors, workers, group))
            .toList();
    int next = 0;
    for (WorkerRange range : ranges) {
      assertThat(range.first()).isEqualTo(next);
      assertThat(range.size()).isPositive();
      assertThat(range.size() % group).isZero();
      next = range.end();
    }
    assertThat(next).isEqualTo(workers);
    int most = ranges.stream().mapToInt(WorkerRange::size).max().orElseThrow();
    int least = ranges.stream().mapToInt(WorkerRange::size).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(group);
  }

  @Test
  void readsWell() {
    assertThat(new WorkerRange(3, 4)).hasToString("worker 3");
    assertThat(new WorkerRange(3, 6)).hasToString("workers 3 to 5");
  }
}
