package io.multigrid.prep.job;

import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.ListedVideo;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The work that is already done below a data set: the videos of the committed manifest, and those
 * of parts that a stopped run finished. Only what was prepared with the same settings, and is there
 * as it was written, counts.
 */
final class Inventory {
  private final Optional<Manifest> manifest;
  private final int claimed;
  private final Map<String, ListedVideo> listed = new HashMap<>();
  private final List<ListedVideo> all;
  private final Map<String, Finished> finished = new HashMap<>();
  private final Map<String, Part.LeftOut> leftOut = new HashMap<>();
  private boolean complete = true;

  /** A video of a part that no manifest names yet. */
  record Finished(Part part, int record) {
    Part.Video video() {
      return part.videos().get(record);
    }
  }

  private Inventory(Optional<Manifest> manifest, int claimed, List<ListedVideo> all) {
    this.manifest = manifest;
    this.claimed = claimed;
    this.all = all;
  }

  static Inventory read(FileSystem files, Path dataset, PrepSettings settings) throws IOException {
    Optional<Manifest> manifest;
    try {
      manifest = Optional.of(Manifest.read(files, dataset));
    } catch (FileNotFoundException e) {
      manifest = Optional.empty();
    }
    List<ListedVideo> all =
        manifest.isPresent() ? manifest.get().listedVideos(files, dataset) : List.of();
    Inventory inventory = new Inventory(manifest, Manifest.lastClaimed(files, dataset), all);
    ShardFiles there = ShardFiles.look(files, dataset);
    if (manifest.isPresent()
        && PrepSettings.fingerprint(manifest.get()).equals(settings.fingerprint())) {
      for (ListedVideo video : all) {
        if (there.have(inventory.shards(video))) {
          inventory.listed.put(video.path(), video);
        } else {
          inventory.complete = false;
        }
      }
    }
    if (manifest.isPresent()) {
      for (Part.LeftOut one : Verdicts.read(files, dataset, manifest.get().revision())) {
        inventory.leftOut.put(one.video().path(), one);
      }
    }
    for (Part part : Part.all(files, dataset)) {
      if (part.settings().equals(settings.fingerprint()) && there.have(part.shards())) {
        inventory.add(part);
      }
    }
    return inventory;
  }

  private void add(Part part) {
    for (int record = 0; record < part.videos().size(); record++) {
      finished.put(part.videos().get(record).path(), new Finished(part, record));
    }
    for (Part.LeftOut one : part.quarantined()) {
      leftOut.put(one.video().path(), one);
    }
  }

  /** The revision after the committed one and after any that was begun. */
  int revision() {
    return Math.max(manifest.map(Manifest::revision).orElse(0), claimed) + 1;
  }

  Optional<Manifest> manifest() {
    return manifest;
  }

  List<ListedVideo> committed() {
    return all;
  }

  /** Are the shards of all committed videos there, as they were written? */
  boolean complete() {
    return complete;
  }

  /** The committed record of an unchanged video. */
  Optional<ListedVideo> listed(String name, Source source) {
    return Optional.ofNullable(listed.get(name)).filter(v -> source.equals(v.source()));
  }

  /** The record that a stopped run made of an unchanged video. */
  Optional<Finished> finished(String name, Source source) {
    return Optional.ofNullable(finished.get(name)).filter(f -> source.equals(f.video().source()));
  }

  /** The lasting verdict of an earlier run on an unchanged video. */
  Optional<Quarantined> leftOut(String name, Source source) {
    return Optional.ofNullable(leftOut.get(name))
        .filter(one -> source.equals(one.source()) && one.video().reason().lasting())
        .map(Part.LeftOut::video);
  }

  /** The shards of a committed record, grid by grid. */
  List<ShardInfo> shards(ListedVideo video) {
    List<ShardInfo> shards = new ArrayList<>();
    manifest.orElseThrow().grids().forEach(grid -> shards.add(grid.shards().get(video.shard())));
    return shards;
  }
}
