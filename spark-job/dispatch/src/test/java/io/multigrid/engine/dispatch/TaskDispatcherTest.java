package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.TestBlockId;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.collection.Iterator;

/** A limit in time is for what would otherwise wait for ever. */
@Timeout(120)
class TaskDispatcherTest {
  private static final int EXECUTORS = 3;
  private static final List<String> NAMES =
      List.of("executor 0 (a:1)", "executor 1 (b:2)", "executor 2 (c:3)");
  private static JavaSparkContext spark;

  /** Tasks are copies: what they share with their test stands here. */
  private static CountDownLatch latch;

  private final List<TaskEndpoint> opened = new ArrayList<>();
  private TaskDispatcher dispatcher;
  private RDD<Integer> numbers;

  @BeforeAll
  static void startSpark() {
    spark = new JavaSparkContext(SparkConfs.conf(Map.of("spark.master", "local[1]")));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void open() {
    latch = new CountDownLatch(1);
    dispatcher = new TaskDispatcher("test", NAMES, new TaskLimit(Duration.ofHours(1)));
    openEndpoints();
    numbers = spark.parallelize(List.of(1, 2, 3, 4, 5, 6), EXECUTORS).rdd();
  }

  private void openEndpoints() {
    for (int executor = 0; executor < EXECUTORS; executor++) {
      opened.add(TaskEndpoint.open(new ExecutorStates.Key("test", executor)));
    }
  }

  private void reopen() {
    opened.forEach(TaskEndpoint::close);
    opened.clear();
    openEndpoints();
  }

  @AfterEach
  void close() {
    latch.countDown();
    opened.forEach(TaskEndpoint::close);
    dispatcher.close();
  }

  /** A task out of a lambda that can travel. */
  private static final class Of<R> extends PartitionTask<Integer, R> {
    private static final long serialVersionUID = 1;

    private interface Body<R> extends Function<Iterator<Integer>, R>, java.io.Serializable {}

    private final Body<R> body;

    Of(Body<R> body) {
      this.body = body;
    }

    @Override
    protected R of(Iterator<Integer> values) {
      return body.apply(values);
    }
  }

  private <R> List<R> run(Of.Body<R> body) {
    return dispatcher.run(numbers, new Of<>(body));
  }

  private static int executor() {
    return TaskContext.getPartitionId();
  }

  /** The first partition waits until the last one is through. */
  private static void lastFirst() {
    if (executor() == EXECUTORS - 1) {
      latch.countDown();
    } else if (executor() == 0) {
      await();
    }
  }

  private static void await() {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void resultsStandInTheOrderOfPartitions() {
    List<String> results =
        run(
            values -> {
              lastFirst();
              return executor() + ":" + values.next() + values.next();
            });
    assertThat(results).containsExactly("0:12", "1:34", "2:56");
    assertThat(dispatcher.takeWorked()).isPositive();
    assertThat(dispatcher.takeWorked()).isZero();
  }

  @Test
  void accumulatorsComeBackOnce() {
    LongAccumulator sum = spark.sc().longAccumulator("sum");
    Of.Body<Integer> add =
        values -> {
          sum.add(values.next());
          return 0;
        };
    run(add);
    assertThat(sum.value()).isEqualTo(1 + 3 + 5);
    run(add);
    assertThat(sum.value()).isEqualTo(2 * (1 + 3 + 5));
  }

  @Test
  void locksOnBlocksEndWithTheirTask() {
    run(
        values -> {
          var blocks = SparkEnv.get().blockManager();
          BlockId block = new TestBlockId("held-" + executor());
          blocks.putSingle(
              block, 7, StorageLevel.MEMORY_ONLY(), false, scala.reflect.ClassTag$.MODULE$.Int());
          return blocks.getLocalValues(block).isDefined();
        });
    List<Boolean> left =
        run(
            values -> {
              var blocks = SparkEnv.get().blockManager();
              BlockId block = new TestBlockId("held-" + executor());
              blocks.removeBlock(block, false);
              return blocks.getLocalValues(block).isDefined();
            });
    assertThat(left).containsExactly(false, false, false);
  }

  @Test
  void whatATaskThrowsIsTheCause() {
    assertThatThrownBy(
            () ->
                run(
                    values -> {
                      throw new EngineException("shard is broken on " + executor());
                    }))
        .isInstanceOf(IllegalStateException.class)
        .cause()
        .isInstanceOf(EngineException.class)
        .hasMessageMatching("shard is broken on [012]");
  }

  /** Holds something that cannot be serialized. */
  private static final class Untold extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings({"serial", "unused"})
    private final Object thread = Thread.currentThread();

    Untold(String message) {
      super(message);
    }
  }

  @Test
  void ofWhatCannotTravelTheTextIsTold() {
    assertThatThrownBy(
            () ->
                run(
                    values -> {
                      throw new Untold("this stays");
                    }))
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Untold: this stays")
        .hasMessageContaining("TaskDispatcherTest.java");
  }

  @Test
  void theFirstFailureEndsTheJobWhileOthersAreAtWork() {
    assertThatThrownBy(
            () ->
                run(
                    values -> {
                      if (executor() == 2) {
                        throw new IllegalArgumentException("no");
                      }
                      await();
                      return 0;
                    }))
        .hasRootCauseMessage("no");
  }

  @Test
  void aLostExecutorEndsTheJobAndThoseToCome() {
    CompletableFuture<List<Integer>> job =
        CompletableFuture.supplyAsync(
            () ->
                run(
                    values -> {
                      await();
                      return 0;
                    }));
    dispatcher.abandon();
    assertThatThrownBy(job::join).hasRootCauseMessage("an executor is gone");
    assertThatThrownBy(() -> run(values -> 1)).hasRootCauseMessage("an executor is gone");
  }

  @Test
  void whoLivesAndDoesNotAnswerIsNamed() {
    dispatcher.close();
    dispatcher = new TaskDispatcher("test", NAMES, new TaskLimit(Duration.ZERO));
    reopen();
    assertThatThrownBy(
            () ->
                run(
                    values -> {
                      if (executor() == 1) {
                        await();
                      }
                      return 0;
                    }))
        .isInstanceOf(EngineException.class)
        .hasMessageMatching(
            "executor 1 \\(b:2\\): there, but without an answer for \\d+ seconds, and \\d+ are the limit"
                + " \\(engine.iteration-limit, or 20 times the slowest answer so far\\); look at what it is at"
                + " \\(its log, jstack\\), then go on with --resume, or raise the limit");
  }

  private record State(List<String> journal, int executor) implements StateFactory.State {
    @Override
    public void close() {
      journal.add("close " + executor);
    }
  }

  @Test
  void statesAreLeftByWhoIsThereAndNobodyElseIsWaitedFor() {
    List<String> journal = Collections.synchronizedList(new ArrayList<>());
    try (TaskDispatcher others =
        new TaskDispatcher(
            "others", List.of("0", "1", "2", "3"), new TaskLimit(Duration.ofHours(1)))) {
      for (int executor = 0; executor < 3; executor++) {
        State state = new State(journal, executor);
        ExecutorStates.open(new ExecutorStates.Key("others", executor), () -> state);
      }
      ExecutorStates.close(new ExecutorStates.Key("others", 1));
      others.leave(Duration.ofMinutes(1));
      assertThat(journal).containsExactlyInAnyOrder("close 0", "close 1", "close 2");
      assertThatThrownBy(() -> ExecutorStates.of(new ExecutorStates.Key("others", 2)))
          .hasMessageStartingWith("executor 2 was lost");
    }
  }

  @Test
  void whoIsAtWorkIsWaitedForNoLongerThanTheLimit() throws Exception {
    CompletableFuture<List<Integer>> job =
        CompletableFuture.supplyAsync(
            () ->
                run(
                    values -> {
                      await();
                      return 7;
                    }));
    dispatcher.leave(Duration.ofMillis(20));
    assertThat(job).isNotDone();
    latch.countDown();
    assertThat(job.get()).containsExactly(7, 7, 7);
  }

  @Test
  void aStateThatCannotBeReachedIsClosed() {
    List<String> journal = new ArrayList<>();
    ExecutorStates.Key key = new ExecutorStates.Key("nobody", 3);
    assertThatThrownBy(() -> ExecutorStates.open(key, () -> new State(journal, 3)))
        .hasStackTraceContaining("multigrid-nobody");
    assertThat(journal).containsExactly("close 3");
  }

  @Test
  void aClosedEndpointIsNotWaitedFor() {
    opened.get(1).close();
    assertThatThrownBy(() -> run(values -> 1))
        .hasRootCauseMessage("Could not find multigrid-test-1.");
  }
}
