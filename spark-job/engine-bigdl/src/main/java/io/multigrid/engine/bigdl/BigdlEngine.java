package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.DistriOptimizer;
import com.intel.analytics.bigdl.dllib.utils.Engine$;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Drives BigDL's optimizer, which runs in a thread of its own from start to close. */
final class BigdlEngine implements Engine {
  private final EngineJob job;
  private final Cast cast;
  private final IterationLoop loop;
  private final Thread thread;
  private final Runnable after;
  private boolean failed;
  private boolean closed;

  /**
   * @param compression BigDL's name for how weights and gradients travel
   * @param after what to do when everything is closed
   */
  BigdlEngine(EngineJob job, Cast cast, String compression, Runnable after) {
    this.job = job;
    this.after = after;
    this.cast = cast;
    WorkAccumulator work = new WorkAccumulator();
    cast.spark().sc().register(work);
    IterationSource source = new IterationSource(cast.id(), work);
    loop = new IterationLoop(job.workers(), source, work, cast.desks());
    Engine$.MODULE$.setNodeAndCore(job.executors(), 1);
    DistriOptimizer<Object> optimizer = optimizer(source, compression);
    thread = new Thread(() -> optimize(optimizer), "bigdl-optimizer");
    thread.setDaemon(true);
    thread.start();
    await(loop.ready(), "starting BigDL");
  }

  private DistriOptimizer<Object> optimizer(IterationSource source, String compression) {
    ReplicaModule module = new ReplicaModule(job.weights());
    module.setName("replica");
    DistriOptimizer<Object> optimizer =
        new DistriOptimizer<>(
            module,
            new IterationFeatureSet(cast.executors(), source, cast.desks()).dataSet(),
            new NoCriterion(),
            Floats.TAG,
            Floats.NUMERIC);
    optimizer.setCompressType(compression);
    optimizer.setOptimMethod(new SeatSgd(cast.id(), job.sgd()));
    optimizer.setEndWhen(loop);
    if (job.sgd().clipping().byNorm()) {
      optimizer
          .parameterProcessors()
          .$plus$eq(new NormClipping(job.sgd().clipping(), cast.desks()));
    }
    return optimizer;
  }

  private void optimize(DistriOptimizer<Object> optimizer) {
    try {
      cast.group();
      optimizer.optimize();
    } catch (Throwable e) {
      loop.fail(e);
    }
  }

  @Override
  public void run(StageRun stage, Consumer<IterationReport> listener) {
    if (failed || closed) {
      throw new EngineException(
          "stage %d: this engine %s; start another from a checkpoint"
              .formatted(stage.stage(), closed ? "is closed" : "failed before"));
    }
    failed = true;
    CompletableFuture<Void> done;
    try {
      done = loop.run(stage, listener);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("stage " + stage.stage() + " was interrupted", e);
    }
    await(done, "stage " + stage.stage());
    failed = false;
  }

  private void await(CompletableFuture<Void> done, String what) {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(what + " was interrupted at iteration " + loop.iteration(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IterationLoop.ListenerFailure failure) {
        throw unchecked(failure.getCause());
      }
      throw Failures.lost(what + ", iteration " + loop.iteration(), e.getCause(), cast)
          .orElseGet(() -> Failures.of(what, e.getCause()));
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
    return join(cast.ask("weights", Seat::weights));
  }

  @Override
  public float[] momentum() {
    return join(cast.ask("momentum", Seat::momentum));
  }

  private float[] join(List<float[]> slices) {
    float[] all = new float[job.weights().length];
    int start = 0;
    for (float[] slice : slices) {
      System.arraycopy(slice, 0, all, start, slice.length);
      start += slice.length;
    }
    return all;
  }

  @Override
  public float[][] statistics() {
    return cast.ask("statistics", Seat::statistics).stream()
        .flatMap(Arrays::stream)
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (failed) {
        cast.cancel();
        thread.interrupt();
      } else {
        loop.end();
      }
      thread.join();
      cast.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      after.run();
    }
  }
}
