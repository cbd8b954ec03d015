package io.multigrid.train.checkpoint;

import io.multigrid.engine.Note;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code checkpoint.json}: where a run stood, and what it is a run of.
 *
 * @param iteration iterations that are done, and so the number of the next one
 * @param epoch of the last iteration, from 0
 * @param stage of the last iteration, from 0
 * @param seconds of training alone
 * @param workers rows of the running statistics
 * @param damaged videos that could not be read, and why
 * @param settings every setting by its path
 * @param program version of the program that wrote it
 */
public record Checkpoint(
    String format,
    int version,
    long iteration,
    int epoch,
    int stage,
    double seconds,
    int workers,
    Source data,
    List<Note> damaged,
    SortedMap<String, String> settings,
    String program) {
  public static final String FORMAT = "multigrid-checkpoint";
  public static final int VERSION = 1;

  /**
   * The data set that a run reads.
   *
   * @param content tells contents apart; null in checkpoints from before there was one
   */
  public record Source(
      String uri, int revision, int trainVideos, List<String> classes, String content) {
    public static Source of(Dataset data) {
      return new Source(
          data.uri(), data.revision(), data.size(Split.TRAIN), data.classes(), data.fingerprint());
    }

    /** Whether nothing but the content, if that is known, tells two apart. */
    boolean alike(Source other) {
      return content != null
          && revision == other.revision
          && trainVideos == other.trainVideos
          && classes.equals(other.classes);
    }
  }
}
