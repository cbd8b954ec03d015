package io.multigrid.models;

import io.multigrid.networks.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the sub-batches of a step side by side. Every lane is a thread with gradients of its
 * own, which are added to the network's in the order of the sub-batches: sums are the same, to the
 * bit, on any number of lanes.
 */
final class Lanes implements AutoCloseable {
  private static volatile int threads = 1;

  private final Parameters parameters;
  private final boolean onCpu;
  private final List<Leaves> lanes = new ArrayList<>();
  private ExecutorService pool;

  Lanes(Parameters parameters, boolean onCpu) {
    this.parameters = parameters;
    this.onCpu = onCpu;
  }

  /** Of all lanes together, in every network of this process. */
  static void threads(int n) {
    threads = n;
    here();
  }

  /** What the calling thread computes, libtorch computes with all threads. */
  static void here() {
    torch.set_num_threads(threads);
  }

  /** What is made of a sub-batch; the gradients are those of the leaves. */
  interface Work<R> {
    /**
     * @param done to be told of every segment whose gradients are there
     */
    R of(SubBatch part, List<Tensor> leaves, IntConsumer done);
  }

  /**
   * What a piece of work makes of every sub-batch, in their order. Gradients are added to the
   * network's.
   *
   * @param count sub-batches
   * @param done told of every segment, in the order of the work, whose gradients are all added up;
   *     by one thread at a time
   */
  <R> List<R> compute(int count, Work<R> work, IntConsumer done) {
    List<SubBatch> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new SubBatch(i, count));
    }
    int side = onCpu ? Math.min(threads, count) : 1;
    List<R> results = new ArrayList<>();
    if (side == 1) {
      here();
      for (SubBatch part : parts) {
        try (PointerScope scope = new PointerScope()) {
          boolean last = part.index() == count - 1;
          results.add(work.of(part, parameters.views(), last ? done : segment -> {}));
        }
      }
      return results;
    }
    open(side);
    for (int first = 0; first < count; first += side) {
      int end = Math.min(first + side, count);
      Sum sum = new Sum(end - first, end == count ? done : segment -> {});
      results.addAll(sideBySide(parts.subList(first, end), threads / side, work, sum));
    }
    return results;
  }

  private <R> List<R> sideBySide(
      List<SubBatch> parts, int threadsEach, Work<R> work, IntConsumer done) {
    List<Future<R>> running = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      SubBatch part = parts.get(i);
      Leaves own = lanes.get(i);
      running.add(
          pool.submit(
              () -> {
                torch.set_num_threads(threadsEach);
                own.zeroGradients();
                try (PointerScope scope = new PointerScope()) {
                  return work.of(part, own.views(), done);
                }
              }));
    }
    return ended(running);
  }

  /** Adds a segment's gradients to the network's when all lanes have them, in their order. */
  private final class Sum implements IntConsumer {
    private final int side;
    private final IntConsumer done;
    private final int[] there = new int[Architecture.SEGMENTS + 1];

    Sum(int side, IntConsumer done) {
      this.side = side;
      this.done = done;
    }

    @Override
    public synchronized void accept(int segment) {
      if (++there[segment] < side) {
        return;
      }
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor sum = parameters.ofSegment(parameters.flatGradients(), segment);
        for (Leaves lane : lanes.subList(0, side)) {
          sum.add_(parameters.ofSegment(lane.gradients(), segment));
        }
      }
      done.accept(segment);
    }
  }

  /** Of all, also where one fails or this thread is interrupted: they use its caller's memory. */
  private static <R> List<R> ended(List<Future<R>> running) {
    List<R> results = new ArrayList<>();
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<R> future : running) {
      boolean ended = false;
      while (!ended) {
        try {
          results.add(future.get());
          ended = true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          ended = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return results;
  }

  private void open(int count) {
    if (pool == null) {
      pool = Executors.newCachedThreadPool(Lanes::thread);
    }
    while (lanes.size() < count) {
      Leaves own = parameters.leaves();
      lanes.add(own);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "multigrid-lane");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.shutdown();
    }
    lanes.forEach(Leaves::close);
  }
}
