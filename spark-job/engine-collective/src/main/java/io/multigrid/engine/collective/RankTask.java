package io.multigrid.engine.collective;

import io.multigrid.engine.WorkResult;
import io.multigrid.engine.dispatch.ExecutorStates;
import io.multigrid.engine.dispatch.PartitionTask;
import java.time.Duration;
import scala.collection.Iterator;

/** What a rank is told to do. Its partition holds its number. */
abstract class RankTask<R> extends PartitionTask<Integer, R> {
  private static final long serialVersionUID = 1;

  private final String job;
  final Duration limit;

  RankTask(String job, Duration limit) {
    this.job = job;
    this.limit = limit;
  }

  @Override
  protected final R of(Iterator<Integer> executor) {
    return of(ExecutorStates.<Rank>of(new ExecutorStates.Key(job, executor.next())));
  }

  abstract R of(Rank rank);

  static final class Invite extends RankTask<Rendezvous.Address> {
    private static final long serialVersionUID = 1;

    Invite(String job, Duration limit) {
      super(job, limit);
    }

    @Override
    Rendezvous.Address of(Rank rank) {
      return rank.invite(limit);
    }
  }

  static final class Join extends RankTask<Boolean> {
    private static final long serialVersionUID = 1;
    private final Rendezvous.Address address;

    Join(String job, Rendezvous.Address address, Duration limit) {
      super(job, limit);
      this.address = address;
    }

    @Override
    Boolean of(Rank rank) {
      rank.join(address, limit);
      return true;
    }
  }

  static final class Met extends RankTask<Boolean> {
    private static final long serialVersionUID = 1;

    Met(String job, Duration limit) {
      super(job, limit);
    }

    @Override
    Boolean of(Rank rank) {
      rank.met();
      return true;
    }
  }

  static final class Iterate extends RankTask<WorkResult> {
    private static final long serialVersionUID = 1;
    private final long iteration;
    private final double rate;

    Iterate(String job, long iteration, double rate, Duration limit) {
      super(job, limit);
      this.iteration = iteration;
      this.rate = rate;
    }

    @Override
    WorkResult of(Rank rank) {
      return rank.iterate(iteration, rate, limit);
    }
  }
}
