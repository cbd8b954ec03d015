package io.multigrid.train.checkpoint;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Reads checkpoints, and tells damaged ones from storage that is away. */
record CheckpointReader(CheckpointList list) {
  Optional<Checkpoints.Restored> restore(Layout layout, Consumer<String> warn) throws IOException {
    List<String> damages = new ArrayList<>();
    for (Long iteration : list.iterations()) {
      try {
        return Optional.of(list.patience().of(() -> list.at(iteration).read(layout)));
      } catch (StorageException e) {
        if (e.failure() != Failure.DAMAGED) {
          throw e;
        }
        damages.add(e.getMessage());
        warn.accept(e.getMessage() + "; looking at the checkpoint before");
      }
    }
    if (!damages.isEmpty()) {
      throw new DataException(
          list.folder() + ": no checkpoint is whole: " + String.join("; ", damages));
    }
    return Optional.empty();
  }

  List<CheckpointSummary> summaries() throws IOException {
    OptionalLong best = new Retention(list).best();
    List<CheckpointSummary> summaries = new ArrayList<>();
    for (Long iteration : list.iterations()) {
      CheckpointSummary summary = summary(iteration);
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      summaries.add(isBest ? summary.asBest() : summary);
    }
    return summaries;
  }

  private CheckpointSummary summary(long iteration) throws IOException {
    try {
      return list.patience().of(() -> list.at(iteration).summary());
    } catch (StorageException | DataException e) {
      if (e instanceof StorageException s && s.failure() != Failure.DAMAGED) {
        throw s;
      }
      return CheckpointSummary.broken(
          list.path(iteration).toString(), list.score(iteration), e.getMessage());
    }
  }
}
