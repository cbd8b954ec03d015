package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.Trigger;
import com.intel.analytics.bigdl.dllib.utils.Table;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.dispatch.TaskDispatcher;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Sits in BigDL's loop as the condition that ends it, which BigDL evaluates on the driver before
 * every iteration: reports the iteration that is over, and sets the next one. Between stages it
 * keeps BigDL waiting.
 */
@SuppressWarnings("serial") // stays on the driver
final class IterationLoop implements Trigger {
  /**
   * @param done completed when the last iteration has been reported
   */
  private record Order(
      StageRun stage, Consumer<IterationReport> listener, CompletableFuture<Void> done) {
    static final Order CLOSE = new Order(null, null, new CompletableFuture<>());
  }

  static final class ListenerFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenerFailure(Throwable cause) {
      super(cause);
    }
  }

  private final int workers;
  private final IterationSource source;
  private final WorkAccumulator work;
  private final TaskDispatcher dispatcher;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();

  /** Completed, exceptionally, when the optimizer breaks down. */
  private final CompletableFuture<Void> broken = new CompletableFuture<>();

  private Order order;
  private volatile long iteration;
  private long start;

  IterationLoop(
      int workers, IterationSource source, WorkAccumulator work, TaskDispatcher dispatcher) {
    this.workers = workers;
    this.source = source;
    this.work = work;
    this.dispatcher = dispatcher;
    failWithOptimizer(ready);
  }

  /** Completed when BigDL asks for its first iteration. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Hands a stage to the waiting loop. */
  CompletableFuture<Void> run(StageRun stage, Consumer<IterationReport> listener) {
    Order next = new Order(stage, listener, new CompletableFuture<>());
    failWithOptimizer(next.done);
    orders.add(next);
    return next.done;
  }

  private void failWithOptimizer(CompletableFuture<Void> waitedFor) {
    broken.whenComplete((none, cause) -> waitedFor.completeExceptionally(cause));
  }

  /** Lets BigDL's optimizer end when it waits for a stage. */
  void end() {
    orders.add(Order.CLOSE);
  }

  /** The optimizer broke down; whoever waits is told, and whoever will wait. */
  void fail(Throwable cause) {
    broken.completeExceptionally(cause);
  }

  /** The iteration being computed, for messages. */
  long iteration() {
    return iteration;
  }

  @Override
  public boolean apply(Table state) {
    if (order != null && !report()) {
      return true;
    }
    try {
      return !next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * What the listener throws goes to the caller as it is, not through BigDL; but for Spark's own
   * exceptions, which are checked ones, and may be those of a lost executor.
   */
  private boolean report() {
    double seconds = (System.nanoTime() - start) * 1e-9;
    try {
      double idle = seconds - dispatcher.takeWorked();
      order.listener.accept(IterationReport.of(iteration, workers, work.take(), seconds, idle));
    } catch (RuntimeException | Error e) {
      order.done.completeExceptionally(new ListenerFailure(e));
      return false;
    }
    iteration++;
    return true;
  }

  /** Whether there is another iteration; waits for a stage if the current one is over. */
  private boolean next() throws InterruptedException {
    while (order == null || iteration - order.stage.firstIteration() >= order.stage.iterations()) {
      if (order != null) {
        Order over = order;
        order = null;
        over.done.complete(null);
      }
      ready.complete(null);
      Order next = orders.take();
      if (next == Order.CLOSE) {
        return false;
      }
      iteration = next.stage.firstIteration();
      order = next;
    }
    source.set(iteration, order.stage.learningRate(iteration));
    dispatcher.takeWorked();
    start = System.nanoTime();
    return true;
  }
}
