package io.multigrid.prep.job;

import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import io.multigrid.shard.StoredVideo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The work that is already done below a data set: the videos of the committed manifest, and those
 * of parts that a stopped run finished. Only what was prepared with the same settings, and is there
 * as it was written, counts. Videos are handed over one by one: none is kept.
 */
final class Inventory {
  private final FileSystem files;
  private final Path dataset;
  private final String fingerprint;
  private final Optional<Manifest> manifest;
  private final int claimed;
  private final ShardFiles there;
  private final Map<String, Part.LeftOut> leftOut = new HashMap<>();
  private boolean complete = true;

  private Inventory(FileSystem files, Path dataset, String fingerprint, Optional<Manifest> manifest)
      throws IOException {
    this.files = files;
    this.dataset = dataset;
    this.fingerprint = fingerprint;
    this.manifest = manifest;
    this.claimed = Manifest.lastClaimed(files, dataset);
    this.there = ShardFiles.look(files, dataset);
  }

  static Inventory read(FileSystem files, Path dataset, PrepSettings settings) throws IOException {
    Optional<Manifest> manifest;
    try {
      manifest = Optional.of(Manifest.read(files, dataset));
    } catch (FileNotFoundException e) {
      manifest = Optional.empty();
    }
    Inventory inventory = new Inventory(files, dataset, settings.fingerprint(), manifest);
    if (manifest.isPresent()) {
      int revision = manifest.get().revision();
      settings
          .storagePatience()
          .of(() -> Verdicts.read(files, dataset, revision))
          .forEach(inventory::add);
    }
    return inventory;
  }

  /** The last word on a video is that of most tries. */
  private void add(Part.LeftOut one) {
    leftOut.merge(one.video().path(), one, (a, b) -> b.runs() >= a.runs() ? b : a);
  }

  /**
   * Hands over every committed video, in order; with its shards, grid by grid, if it was prepared
   * with these settings and they are there.
   */
  void eachListed(BiConsumer<StoredVideo, Optional<List<ShardInfo>>> taker) throws IOException {
    if (manifest.isEmpty()) {
      return;
    }
    boolean same = PrepSettings.fingerprint(manifest.get()).equals(fingerprint);
    manifest
        .get()
        .eachVideo(
            files,
            dataset,
            video -> {
              List<ShardInfo> shards = shards(video);
              boolean usable = same && there.have(shards);
              complete &= usable || !same;
              taker.accept(video, usable ? Optional.of(shards) : Optional.empty());
            });
  }

  /**
   * Hands over the videos of finished parts, with their shards, and takes note of the verdicts in
   * them.
   */
  void eachFinished(BiConsumer<StoredVideo, List<ShardInfo>> taker) throws IOException {
    Part.each(
        files,
        dataset,
        part -> {
          if (part.settings().equals(fingerprint) && there.have(part.shards())) {
            part.placed().forEach(video -> taker.accept(video, part.shards()));
            part.quarantined().forEach(this::add);
          }
        });
  }

  /** The revision after the committed one and after any that was begun. */
  int revision() {
    return Math.max(manifest.map(Manifest::revision).orElse(0), claimed) + 1;
  }

  Optional<Manifest> manifest() {
    return manifest;
  }

  /** Were the shards of all committed videos there, as they were written? */
  boolean complete() {
    return complete;
  }

  /** Whether the committed videos are these, wherever the manifest counts their shards. */
  boolean lists(SortedVideos videos) throws IOException {
    if (manifest.isEmpty() || manifest.get().list().records() != videos.size()) {
      return false;
    }
    Iterator<StoredVideo> others = videos.iterator();
    boolean[] same = {true};
    manifest
        .get()
        .eachVideo(
            files,
            dataset,
            video -> {
              StoredVideo other = others.next();
              same[0] &= video.placed(0, video.record()).equals(other.placed(0, other.record()));
            });
    return same[0];
  }

  /** The last verdict of earlier runs on an unchanged video. */
  Optional<Part.LeftOut> leftOut(String name, Source source) {
    return Optional.ofNullable(leftOut.get(name)).filter(one -> source.equals(one.source()));
  }

  private List<ShardInfo> shards(StoredVideo video) {
    List<ShardInfo> shards = new ArrayList<>();
    manifest.orElseThrow().grids().forEach(grid -> shards.add(grid.shards().get(video.shard())));
    return shards;
  }
}
