package io.multigrid.train.checkpoint;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Which checkpoints stay. */
record Retention(CheckpointList list) {
  /** The one with the highest accuracy; the earliest of several. */
  OptionalLong best() throws IOException {
    long best = -1;
    double most = -1;
    for (Long iteration : list.iterations()) {
      double top1 = list.score(iteration).map(Score::top1).orElse(Double.NaN);
      if (top1 >= most) {
        best = iteration;
        most = top1;
      }
    }
    return best < 0 ? OptionalLong.empty() : OptionalLong.of(best);
  }

  /**
   * Removes those that are no longer needed.
   *
   * @param keep how many of the newest stay, beside the best
   */
  void prune(int keep) throws IOException {
    List<Long> all = list.iterations();
    OptionalLong best = best();
    for (Long iteration : all.subList(Math.min(keep, all.size()), all.size())) {
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      if (!isBest && !mayBeBest(iteration)) {
        Storage.delete(list.files(), list.path(iteration));
      }
    }
  }

  private boolean mayBeBest(long iteration) throws IOException {
    try {
      list.patience().of(() -> list.at(iteration).score());
      return false;
    } catch (StorageException e) {
      if (e.failure() != Failure.DAMAGED) {
        throw e;
      }
      return true;
    }
  }
}
