package io.multigrid.prep.job;

import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardException;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Removes what nobody can need any more: revisions that were replaced long ago, and parts that no
 * kept revision names and that nobody has touched for a while.
 */
final class Orphans {
  private static final Pattern REVISION =
      Pattern.compile("(?:manifest|videos|quarantine)-(\\d+)[-.].*");

  private final FileSystem files;
  private final Path dataset;
  private final long now;

  /**
   * @param now by the storage's clock, which gives files their times
   */
  Orphans(FileSystem files, Path dataset, long now) {
    this.files = files;
    this.dataset = dataset;
    this.now = now;
  }

  /**
   * @param keepHours for which a revision stays after it was replaced
   * @param graceHours for which work that no revision names stays
   * @return how many parts were removed
   */
  int collect(double keepHours, double graceHours) throws IOException {
    Manifest newest;
    try {
      newest = Manifest.read(files, dataset);
    } catch (FileNotFoundException e) {
      return 0;
    }
    Set<String> named = new HashSet<>(parts(newest));
    for (int revision : keptRevisions(newest.revision(), keepHours)) {
      named.addAll(parts(Manifest.read(files, dataset, revision)));
    }
    int removed = 0;
    Path shards = new Path(dataset, Part.FOLDER);
    for (FileStatus part : Storage.list(files, shards)) {
      if (!named.contains(part.getPath().getName()) && old(newestTime(part), graceHours)) {
        Storage.delete(files, part.getPath());
        removed++;
      }
    }
    for (Path folder : List.of(dataset, new Path(dataset, "manifests"))) {
      for (FileStatus file : Storage.list(files, folder)) {
        if (Storage.unfinished(file.getPath()) && old(file.getModificationTime(), graceHours)) {
          Storage.delete(files, file.getPath());
        }
      }
    }
    return removed;
  }

  /** Deletes the replaced ones and says which stay, apart from the newest. */
  private List<Integer> keptRevisions(int newest, double keepHours) throws IOException {
    TreeMap<Integer, List<FileStatus>> revisions = new TreeMap<>();
    for (FileStatus file : Storage.list(files, new Path(dataset, "manifests"))) {
      Matcher name = REVISION.matcher(file.getPath().getName());
      if (name.matches()) {
        int revision = Integer.parseInt(name.group(1));
        revisions.computeIfAbsent(revision, key -> new ArrayList<>()).add(file);
      }
    }
    List<Integer> kept = new ArrayList<>();
    for (int revision : revisions.headMap(newest).keySet()) {
      long replaced = revisions.get(revisions.higherKey(revision)).get(0).getModificationTime();
      if (!old(replaced, keepHours) && readable(revision)) {
        kept.add(revision);
      } else {
        for (FileStatus file : revisions.get(revision)) {
          Storage.delete(files, file.getPath());
        }
      }
    }
    return kept;
  }

  private boolean readable(int revision) throws IOException {
    try {
      Manifest.read(files, dataset, revision);
      return true;
    } catch (FileNotFoundException | ShardException e) {
      return false;
    }
  }

  private static Set<String> parts(Manifest manifest) {
    Set<String> names = new HashSet<>();
    for (Manifest.Grid grid : manifest.grids()) {
      for (ShardInfo shard : grid.shards()) {
        names.add(new Path(shard.file()).getParent().getName());
      }
    }
    return names;
  }

  private long newestTime(FileStatus part) throws IOException {
    long newest = part.getModificationTime();
    for (FileStatus file : Storage.list(files, part.getPath())) {
      newest = Math.max(newest, file.getModificationTime());
    }
    return newest;
  }

  private boolean old(long time, double hours) {
    return now - time >= hours * 3_600_000;
  }
}
