package io.multigrid.prep.job;

import io.multigrid.shard.Manifest;
import io.multigrid.shard.StoredVideo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Makes a revision the data set's, and removes what nobody needs any more. */
final class Publication {
  private final FileSystem files;
  private final Path dataset;
  private final Heartbeat heartbeat;

  Publication(FileSystem files, Path dataset, Heartbeat heartbeat) {
    this.files = files;
    this.dataset = dataset;
    this.heartbeat = heartbeat;
  }

  /**
   * Claims a revision, makes sure that all of its shards are there, and commits it.
   *
   * @param committed the revision that this one was made from; 0 if there was none
   * @throws NotCommittedException if another preparation was faster, or shards are gone
   */
  Manifest publish(
      int committed,
      Manifest.Content content,
      Iterable<StoredVideo> videos,
      List<Part.LeftOut> leftOut)
      throws IOException {
    Manifest manifest = Manifest.claim(files, dataset, content, videos);
    Verdicts.write(files, dataset, manifest.revision(), leftOut);
    ShardFiles.look(files, dataset).mustHave(manifest);
    unchangedSince(committed);
    manifest.publish(files, dataset);
    return manifest;
  }

  /** What was tried again in vain is known to the next run, though nothing is committed. */
  void keepVerdicts(Manifest committed, List<Part.LeftOut> leftOut) throws IOException {
    if (!Verdicts.read(files, dataset, committed.revision()).equals(leftOut)) {
      Verdicts.write(files, dataset, committed.revision(), leftOut);
    }
  }

  /** Two preparations of one data set at once do no harm, but only one may commit. */
  private void unchangedSince(int revision) throws IOException {
    int now;
    try {
      now = Manifest.read(files, dataset).revision();
    } catch (FileNotFoundException e) {
      now = 0;
    }
    if (now != revision) {
      throw new NotCommittedException(
          "%s: another preparation committed revision %s while this one worked on revision %s; run again, what is finished is kept"
              .formatted(dataset, now, revision + 1));
    }
  }

  /** Removes what has no use any more, unless another preparation is alive, which may need it. */
  void tidy(PrepSettings settings) throws IOException {
    long now = heartbeat.now();
    if (heartbeat.alone(now)) {
      new Orphans(files, dataset, now)
          .collect(settings.keepRevisionsHours(), settings.orphanGraceHours());
    }
  }
}
