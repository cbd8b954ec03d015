package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.DistriOptimizer;
import com.intel.analytics.bigdl.dllib.utils.Engine$;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineLife;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.SparkFailures;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Drives BigDL's optimizer, which runs in a thread of its own from start to close. */
final class BigdlEngine implements Engine {
  /** How often is looked whether the optimizer's thread, which is waited for, is still there. */
  private static final Duration PULSE = Duration.ofSeconds(1);

  /** How long the optimizer may take to end; after that its executors are closed all the same. */
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final EngineJob job;
  private final ExecutorGroup<ExecutorState> group;
  private final IterationLoop loop;
  private final Thread thread;
  private final Runnable after;
  private final EngineLife life = new EngineLife();

  /**
   * @param after what to do when everything is closed
   */
  BigdlEngine(EngineJob job, ExecutorGroup<ExecutorState> group, Runnable after) {
    this.job = job;
    this.after = after;
    this.group = group;
    WorkAccumulator work = new WorkAccumulator();
    group.register(work);
    IterationSource source = new IterationSource(group.id(), work);
    loop = new IterationLoop(job.workers(), source, work, group.dispatcher());
    Engine$.MODULE$.setNodeAndCore(job.executors(), 1);
    DistriOptimizer<Object> optimizer = optimizer(source);
    thread = new Thread(() -> optimize(optimizer), "bigdl-optimizer");
    thread.setDaemon(true);
    thread.start();
    await(loop.ready(), "starting BigDL");
  }

  private DistriOptimizer<Object> optimizer(IterationSource source) {
    ReplicaModule module = new ReplicaModule(job.weights());
    module.setName("replica");
    DistriOptimizer<Object> optimizer =
        new DistriOptimizer<>(
            module,
            new IterationFeatureSet(group.executors(), source, group.dispatcher()).dataSet(),
            new NoCriterion(),
            Floats.TAG,
            Floats.NUMERIC);
    optimizer.setCompressType(job.options().compression().setting());
    optimizer.setOptimMethod(new IterationSgd(group.id(), job.sgd()));
    optimizer.setEndWhen(loop);
    if (job.sgd().clipping().byNorm()) {
      optimizer
          .parameterProcessors()
          .$plus$eq(new NormClipping(job.sgd().clipping(), group.dispatcher()));
    }
    return optimizer;
  }

  private void optimize(DistriOptimizer<Object> optimizer) {
    try {
      group.enter();
      optimizer.optimize();
      loop.fail(new IllegalStateException("BigDL's optimizer has ended"));
    } catch (OutOfMemoryError e) {
      group.reportOutOfMemory(e);
      loop.fail(e);
    } catch (Throwable e) {
      loop.fail(e);
    }
  }

  @Override
  public void run(StageRun stage, Consumer<IterationReport> listener) {
    life.run(stage);
    await(loop.run(stage, listener), "stage " + stage.stage());
    life.ran();
  }

  private void await(CompletableFuture<Void> done, String what) {
    try {
      while (!ended(done)) {
        if (!thread.isAlive() && !done.isDone()) {
          throw new EngineException(what + ": BigDL's optimizer is gone without a word");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(what + " was interrupted at iteration " + loop.iteration(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IterationLoop.ListenerFailure failure) {
        throw unchecked(failure.getCause());
      }
      throw SparkFailures.lost(what + ", iteration " + loop.iteration(), e.getCause(), group)
          .orElseGet(() -> SparkFailures.of(what, e.getCause()));
    }
  }

  private static boolean ended(CompletableFuture<Void> done)
      throws InterruptedException, ExecutionException {
    try {
      done.get(PULSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }

  @Override
  public float[] weights() {
    return join(group.ask("weights", ExecutorState::weights));
  }

  @Override
  public float[] momentum() {
    return join(group.ask("momentum", ExecutorState::momentum));
  }

  private float[] join(List<float[]> ranges) {
    float[] all = new float[job.weights().length];
    int start = 0;
    for (float[] range : ranges) {
      System.arraycopy(range, 0, all, start, range.length);
      start += range.length;
    }
    return all;
  }

  @Override
  public float[][] statistics() {
    return group.ask("statistics", ExecutorState::statistics).stream()
        .flatMap(Arrays::stream)
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    if (!life.close()) {
      return;
    }
    try {
      loop.end();
      if (life.failed()) {
        group.cancel();
        thread.interrupt();
      }
      thread.join(ENDING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        group.close();
      } finally {
        after.run();
      }
    }
  }
}
