package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Step times in a file, local or of any Hadoop file system. Local ones are written without Hadoop's
 * checksum file, so that people can change them.
 */
public final class StepTimesStore {
  private StepTimesStore() {}

  /**
   * @throws ConfigurationException if there is no such file, or listing everything that is wrong
   *     with it
   */
  public static List<StepTimes> read(String uri, Configuration hadoop) throws IOException {
    try {
      return StepTimesFile.parse(uri, text(uri, hadoop));
    } catch (FileNotFoundException e) {
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
    return files(new Path(uri), hadoop).exists(new Path(uri)) ? read(uri, hadoop) : List.of();
  }

  /** Adds a measurement to those of a file, or replaces that on as many executors. */
  public static void write(
      String uri, Configuration hadoop, List<StepTimes> before, StepTimes measured)
      throws IOException {
    FileSystem files = files(new Path(uri), hadoop);
    Storage.write(
        files,
        files.makeQualified(new Path(uri)),
        StepTimesFile.json(StepTimesFile.with(before, measured)));
  }

  private static String text(String uri, Configuration hadoop) throws IOException {
    try (InputStream in = files(new Path(uri), hadoop).open(new Path(uri))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static FileSystem files(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }
}
