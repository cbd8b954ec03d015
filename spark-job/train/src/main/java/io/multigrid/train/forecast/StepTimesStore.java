package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Step times in a file, local or of any Hadoop file system, which people may change. */
public final class StepTimesStore {
  private StepTimesStore() {}

  /**
   * @throws ConfigurationException if there is no such file, or listing everything that is wrong
   *     with it
   */
  public static List<StepTimes> read(String uri, Configuration hadoop) throws IOException {
    try {
      return StepTimesFile.parse(uri, text(uri, hadoop));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      throw new ConfigurationException(
          List.of(
              new Problem(
                  uri,
                  "--step-times",
                  "",
                  "there is no such file",
                  "measure with plan --calibrate, or check the path")));
    }
  }

  /** As {@link #read}; empty if there is no such file. */
  public static List<StepTimes> readIfThere(String uri, Configuration hadoop) throws IOException {
    try {
      return StepTimesFile.parse(uri, text(uri, hadoop));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      return List.of();
    }
  }

  /** Adds a measurement to those of a file, or replaces that on as many executors. */
  public static void write(
      String uri, Configuration hadoop, List<StepTimes> before, StepTimes measured)
      throws IOException {
    FileSystem files = new Path(uri).getFileSystem(hadoop);
    Storage.write(
        files,
        files.makeQualified(new Path(uri)),
        StepTimesFile.json(StepTimesFile.with(before, measured)));
  }

  private static String text(String uri, Configuration hadoop) throws IOException {
    Path file = new Path(uri);
    return Storage.text(file.getFileSystem(hadoop), file);
  }
}
