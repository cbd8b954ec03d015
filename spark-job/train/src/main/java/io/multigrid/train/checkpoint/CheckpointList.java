package io.multigrid.train.checkpoint;

import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which checkpoints a folder holds.
 *
 * @param patience with storage that does not answer when they are looked at
 */
record CheckpointList(FileSystem files, Path folder, Patience patience) {
  private static final Pattern NAME = Pattern.compile("iteration-(\\d{9,})");

  Path path(long iteration) {
    return new Path(folder, String.format(Locale.ROOT, "iteration-%09d", iteration));
  }

  CheckpointFolder at(long iteration) {
    return new CheckpointFolder(files, path(iteration));
  }

  /** Newest first. */
  List<Long> iterations() throws IOException {
    List<Long> found = new ArrayList<>();
    for (FileStatus status : patience.of(() -> Storage.list(files, folder))) {
      Matcher name = NAME.matcher(status.getPath().getName());
      if (name.matches()) {
        found.add(Long.parseLong(name.group(1)));
      }
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }

  Optional<Score> score(long iteration) throws IOException {
    return patience.of(() -> at(iteration).knownScore());
  }
}
