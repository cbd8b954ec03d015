package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts a manifest together from records that are kept and records that are new. */
final class Assembly implements AutoCloseable {
  private final List<StoredGrid> grids;
  private final List<List<ShardInfo>> shards = new ArrayList<>();
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final SortedVideos videos = new SortedVideos();
  private final Map<String, Integer> counts = new TreeMap<>();

  Assembly(List<StoredGrid> grids) {
    this.grids = grids;
    grids.forEach(grid -> shards.add(new ArrayList<>()));
    for (Split split : Split.values()) {
      counts.put(split.text(), 0);
    }
  }

  /**
   * A record of the committed data set or of a finished part; labels and split are those of the
   * catalogue.
   *
   * @param its its shards, grid by grid
   */
  void add(CatalogueEntry entry, StoredVideo video, List<ShardInfo> its) {
    videos.add(video.labelled(entry.labels(), entry.split()).placed(index(its), video.record()));
    counts.merge(entry.split().text(), 1, Integer::sum);
  }

  private int index(List<ShardInfo> its) {
    return indexes.computeIfAbsent(
        its.get(0).file(),
        file -> {
          for (int g = 0; g < its.size(); g++) {
            shards.get(g).add(its.get(g));
          }
          return shards.get(0).size() - 1;
        });
  }

  /** In the order of their paths, so that it does not matter how the work was cut. */
  SortedVideos videos() {
    return videos;
  }

  Manifest.Content content(
      int revision, PrepSettings settings, List<String> classes, int quarantined) {
    List<Manifest.Grid> listed = new ArrayList<>();
    for (int g = 0; g < grids.size(); g++) {
      listed.add(new Manifest.Grid(grids.get(g).shortSide(), grids.get(g).fps(), shards.get(g)));
    }
    return new Manifest.Content(
        revision, settings.codec(), settings.quality(), classes, counts, quarantined, listed);
  }

  @Override
  public void close() throws IOException {
    videos.close();
  }
}
