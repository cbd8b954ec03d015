package io.multigrid.engine.collective;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * Sums over all ranks, by Gloo; tensors of an accelerator libtorch itself copies to the host and
 * back. Sums are the same on all ranks, to the bit.
 */
final class ProcessGroup implements AutoCloseable {
  /** Sums under way at the same time. */
  private static final int THREADS = 2;

  /** How often is looked whether a sum is there: Gloo cannot be told to stop waiting. */
  private static final Duration PULSE = Duration.ofNanos(50_000);

  private final TCPStore store;
  private final ProcessGroupGloo gloo;
  private final Queue<Work> underWay = new ArrayDeque<>();
  private volatile boolean cancelled;

  private ProcessGroup(TCPStore store, ProcessGroupGloo gloo) {
    this.store = store;
    this.gloo = gloo;
  }

  /**
   * Returns when all ranks have found each other.
   *
   * @param host address of this machine that other ranks reach it by
   * @param limit how long they may take
   */
  static ProcessGroup join(
      Rendezvous.Address rendezvous, String host, int rank, int ranks, Duration limit) {
    TCPStore store = Rendezvous.join(rendezvous, limit);
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(limit.toMillis()));
      options.devices().push_back(ProcessGroupGloo.createDeviceForHostname(host));
      options.threads(THREADS);
      return new ProcessGroup(
          store, Tensors.keep(new ProcessGroupGloo(store, rank, ranks, options)));
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  /**
   * Starts to make values the sum of all ranks', in place. All ranks start the same sums in the
   * same order.
   *
   * @param limit how long the slowest rank may be behind
   */
  void startSum(Tensor values, Duration limit) {
    try (PointerScope scope = new PointerScope()) {
      AllreduceOptions options = new AllreduceOptions();
      options.timeout(new Milliseconds(limit.toMillis()));
      underWay.add(Tensors.keep(gloo.allreduce(new TensorVector(values), options)));
    }
  }

  /**
   * Waits until the oldest sum that was started and not waited for is there.
   *
   * @throws CancellationException after {@link #cancel}
   * @throws RuntimeException with libtorch's words if a rank is gone, or behind for too long
   */
  void awaitSum() {
    Work work = underWay.element();
    while (!work.isCompleted()) {
      if (cancelled) {
        throw new CancellationException("nobody waits for it any more");
      }
      LockSupport.parkNanos(PULSE.toNanos());
    }
    work._wait();
    underWay.remove().close();
  }

  /** Ends {@link #awaitSum}, from another thread. */
  void cancel() {
    cancelled = true;
  }

  /**
   * Waits until no sum is under way, be it that it failed: until then, memory is written to.
   *
   * @param pulse between two looks
   * @return whether that was in time
   */
  boolean awaitQuiet(Duration limit, Duration pulse) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (underWay.stream().anyMatch(work -> !work.isCompleted())) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(pulse.toNanos());
    }
    return true;
  }

  /** Breaks the connections, which other ranks notice. */
  @Override
  public void close() {
    underWay.forEach(Work::close);
    gloo.close();
    store.close();
  }
}
