package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * How long executors may be at a task: one that lives, and computes or hangs for ever, would be
 * waited for for ever. What is slow is not stuck: the limit grows with the slowest answer so far,
 * of this task too.
 */
final class TaskLimit {
  /** Of the slowest answer so far. */
  private static final int TIMES = 20;

  private final Duration least;
  private final AtomicLong slowest = new AtomicLong();

  /**
   * @param least however fast the answers are
   */
  TaskLimit(Duration least) {
    this.least = least;
  }

  /** An executor has answered after a time. */
  void took(Duration time) {
    slowest.accumulateAndGet(time.toNanos(), Math::max);
  }

  Duration now() {
    Duration grown = Duration.ofNanos(slowest.get()).multipliedBy(TIMES);
    return grown.compareTo(least) > 0 ? grown : least;
  }

  /**
   * @param silent executors that have not answered
   * @throws EngineException naming them if the time is over
   */
  void check(Duration since, Supplier<List<String>> silent) {
    Duration limit = now();
    List<String> late = since.compareTo(limit) > 0 ? silent.get() : List.of();
    if (!late.isEmpty()) {
      throw new EngineException(
          "%s: there, but without an answer for %s seconds, and %s are the limit (engine.iteration-limit, or %s times the slowest answer so far); look at what it is at (its log, jstack), then go on with --resume, or raise the limit"
              .formatted(String.join(", ", late), since.toSeconds(), limit.toSeconds(), TIMES));
    }
  }
}
