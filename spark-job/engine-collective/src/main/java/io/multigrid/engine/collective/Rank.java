package io.multigrid.engine.collective;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.Replica;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WorkerRange;
import io.multigrid.engine.dispatch.StateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What one executor keeps for the whole job: its replica, whose weights and gradient it steps where
 * they are, the momentum, and the connections to the other ranks.
 */
final class Rank implements StateFactory.State {
  /** How long a sum that nobody waits for may keep an executor from closing. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** How often is looked whether it has ended: while somebody waits, and later. */
  private static final Duration SOON = Duration.ofMillis(1);

  private static final Duration NOW_AND_THEN = Duration.ofSeconds(1);

  /** How long it may keep memory from being freed after that. */
  private static final Duration EVER = Duration.ofDays(1);

  /**
   * One of the ranks.
   *
   * @param own workers
   * @param host what others know its machine by
   */
  record Place(int rank, int ranks, WorkerRange own, String host) {}

  private final Place place;
  private final int workers;
  private final Replica replica;
  private final SgdStep step;
  private final List<SgdStep.Range> ranges = new ArrayList<>();
  private Rendezvous rendezvous;
  private volatile ProcessGroup group;

  /**
   * @param workers of all ranks
   */
  Rank(Place place, int workers, Replica replica, SgdStep step) {
    this.place = place;
    this.workers = workers;
    this.replica = replica;
    this.step = step;
  }

  /** Where the ranks are going to meet: at the first one, which opens a port. */
  synchronized Rendezvous.Address invite(Duration limit) {
    if (place.rank > 0) {
      return new Rendezvous.Address(place.host, 0);
    }
    rendezvous = Rendezvous.open(place.host, limit);
    return new Rendezvous.Address(place.host, rendezvous.port());
  }

  /** Finds the other ranks. */
  synchronized void join(Rendezvous.Address address, Duration limit) {
    try {
      group = ProcessGroup.join(address, place.host, place.rank, place.ranks, limit);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "executor %s at %s has not found the others through %s:%s within %s seconds (engine.patience): %s; executors must reach each other on any port"
              .formatted(
                  place.rank,
                  place.host,
                  address.host(),
                  address.port(),
                  limit.toSeconds(),
                  first(e)),
          e);
    }
  }

  /** All ranks have found each other. */
  synchronized void met() {
    if (rendezvous != null) {
      rendezvous.close();
      rendezvous = null;
    }
  }

  /**
   * One iteration: gradient, sum over ranks, step; of a range while others are still summed up.
   *
   * @param limit how long the slowest rank may be behind this one
   */
  synchronized WorkResult iterate(long iteration, double rate, Duration limit) {
    ranges.clear();
    WorkResult work = compute(iteration, limit);
    int told = ranges.stream().mapToInt(SgdStep.Range::length).sum();
    if (told != replica.gradient().length()) {
      throw new EngineException(
          "iteration %s, executor %s: the replica told that %s values of the gradient are final, of %s"
              .formatted(iteration, place.rank, told, replica.gradient().length()));
    }
    if (step.needsAll()) {
      ranges.forEach(range -> await(iteration));
      float factor = step.factor(ranges);
      ranges.forEach(range -> step.make(range, factor, rate));
    } else {
      for (SgdStep.Range range : ranges) {
        await(iteration);
        step.make(range, 1, rate);
      }
    }
    return work;
  }

  /** For the sum of the next range. */
  private void await(long iteration) {
    if (group == null) {
      return;
    }
    try {
      group.awaitSum();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "iteration %s, executor %s at %s: the sum of the gradients over all executors: %s; if no executor is gone, look at the network between them, and go on with train --resume"
              .formatted(iteration, place.rank, place.host, first(e)),
          e);
    }
  }

  private WorkResult compute(long iteration, Duration limit) {
    try {
      return replica.compute(
          iteration,
          place.own.first(),
          place.own.end(),
          (first, end) -> exchange(first, end, limit));
    } catch (Throwable e) {
      throw EngineException.replica(iteration, place.own, place.rank, e);
    }
  }

  /** The sum over ranks of what each divides is the mean over workers. */
  private void exchange(int first, int end, Duration limit) {
    ranges.add(new SgdStep.Range(first, end));
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor range = step.gradient().narrow(0, first, end - first);
      range.div_(new Scalar((float) workers));
      if (group != null) {
        group.startSum(range, limit);
      }
    }
  }

  /** The first line of libtorch's words; the rest is its own stack. */
  private static String first(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  /** The weights, of the first rank; nothing of the others, which have the same. */
  synchronized float[] weights() {
    return place.rank == 0 ? step.weights() : new float[0];
  }

  /** The momentum, likewise. */
  synchronized float[] momentum() {
    return place.rank == 0 ? step.momentum() : new float[0];
  }

  synchronized float[][] statistics() {
    return replica.statistics();
  }

  @Override
  public void cancel() {
    ProcessGroup now = group;
    if (now != null) {
      now.cancel();
    }
  }

  /**
   * A sum that waits for a rank which is gone without a word ends only at its limit, and until then
   * writes to the gradient.
   */
  @Override
  public synchronized void close() {
    met();
    if (group == null || group.awaitQuiet(GRACE, SOON)) {
      free();
      return;
    }
    Thread later =
        new Thread(
            () -> {
              if (group.awaitQuiet(EVER, NOW_AND_THEN)) {
                free();
              }
            },
            "rank-" + place.rank + "-closes-later");
    later.setDaemon(true);
    later.start();
  }

  private void free() {
    try {
      if (group != null) {
        group.close();
      }
    } finally {
      step.close();
      replica.close();
    }
  }
}
