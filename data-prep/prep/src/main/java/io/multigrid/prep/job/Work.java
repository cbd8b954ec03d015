package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The catalogue, sorted by what has to be done. Of what is there already, nothing is kept in
 * memory: committed videos come in the order of the catalogue, and parts one by one.
 */
final class Work {
  private final String root;
  private final PrepSettings settings;
  private final List<CatalogueEntry> entries;
  private final SourceTable sources;
  private final Assembly assembly;
  private final BitSet placed;
  private final List<Todo> todo = new ArrayList<>();
  private final List<Part.LeftOut> leftOut = new ArrayList<>();
  private int kept;
  private int resumed;
  private int removed;

  /**
   * @param entries in the order of their names
   */
  Work(
      String root,
      PrepSettings settings,
      List<CatalogueEntry> entries,
      SourceTable sources,
      Assembly assembly) {
    this.root = root;
    this.settings = settings;
    this.entries = entries;
    this.sources = sources;
    this.assembly = assembly;
    this.placed = new BitSet(entries.size());
  }

  void sort(Inventory inventory) throws IOException {
    inventory.eachListed(
        (video, shards) -> {
          int entry = find(video.path());
          if (entry < 0) {
            removed++;
          } else if (shards.isPresent() && add(entry, video, shards.get())) {
            kept++;
          }
        });
    inventory.eachFinished(
        (video, shards) -> {
          int entry = find(video.path());
          if (entry >= 0 && add(entry, video, shards)) {
            resumed++;
          }
        });
    for (int entry = 0; entry < entries.size(); entry++) {
      if (!placed.get(entry)) {
        rest(entry, inventory);
      }
    }
  }

  /** Takes a record of an unchanged video, unless there is one. */
  private boolean add(int entry, StoredVideo video, List<ShardInfo> shards) {
    if (placed.get(entry) || !sources.same(entry, video.source())) {
      return false;
    }
    assembly.add(entries.get(entry), video, shards);
    placed.set(entry);
    return true;
  }

  private void rest(int index, Inventory inventory) {
    CatalogueEntry entry = entries.get(index);
    if (!sources.there(index)) {
      String detail = "there is no file " + LocalCopy.source(root, entry);
      Quarantined gone = new Quarantined(entry.name(), Reason.NOT_FOUND, detail, 1);
      leftOut.add(new Part.LeftOut(null, gone, settings.timeLimitSeconds(), 1));
      return;
    }
    Source source = sources.of(index);
    Optional<Part.LeftOut> verdict = inventory.leftOut(entry.name(), source);
    if (verdict.isPresent()
        && verdict.get().holds(source, settings.timeLimitSeconds())
        && !settings.retryQuarantined()) {
      leftOut.add(verdict.get());
    } else {
      todo.add(new Todo(entry, source, verdict.map(Part.LeftOut::runs).orElse(0)));
    }
  }

  /** Takes what was decoded now. */
  void add(Part part) {
    for (StoredVideo video : part.placed()) {
      assembly.add(entries.get(find(video.path())), video, part.shards());
    }
    leftOut.addAll(part.quarantined());
  }

  /** The index of a name, or less than 0. */
  private int find(String name) {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = entries.get(middle).name().compareTo(name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  List<Todo> todo() {
    return todo;
  }

  List<Part.LeftOut> leftOut() {
    return leftOut;
  }

  int kept() {
    return kept;
  }

  int resumed() {
    return resumed;
  }

  /** Committed videos that the catalogue has no longer. */
  int removed() {
    return removed;
  }
}
