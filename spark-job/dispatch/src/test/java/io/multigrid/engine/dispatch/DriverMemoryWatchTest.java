package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverMemoryWatchTest {
  private final Thread.UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();
  private final List<String> passedOn = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger ended = new AtomicInteger();

  @BeforeEach
  void listen() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> passedOn.add(thread.getName() + ": " + thrown.getMessage()));
  }

  @AfterEach
  void restore() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  private static void die(String name, Throwable of) throws InterruptedException {
    Thread thread = new Thread(() -> DriverMemoryWatchTest.<RuntimeException>raise(of), name);
    thread.start();
    thread.join();
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void hearsOfMemoryThatRanOutAndOfNothingElse() throws Exception {
    try (DriverMemoryWatch watch = DriverMemoryWatch.start(ended::incrementAndGet)) {
      die("some", new IllegalStateException("no"));
      assertThat(watch.outOfMemory()).isEmpty();
      assertThat(ended).hasValue(0);
      die("task-result-getter-2", new OutOfMemoryError("Java heap space"));
      die("another", new OutOfMemoryError("GC overhead limit exceeded"));
      assertThat(watch.outOfMemory())
          .hasValue(
              "the driver ran out of memory (thread task-result-getter-2: Java heap space); give it more (spark.driver.memory)");
      assertThat(ended).as("told once").hasValue(1);
    }
    die("later", new OutOfMemoryError("x"));
    assertThat(ended).hasValue(1);
    assertThat(passedOn)
        .containsExactly(
            "some: no",
            "task-result-getter-2: Java heap space",
            "another: GC overhead limit exceeded",
            "later: x");
  }
}
