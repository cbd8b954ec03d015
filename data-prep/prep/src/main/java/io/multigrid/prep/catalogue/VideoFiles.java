package io.multigrid.prep.catalogue;

import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the file of a video of which the catalogue knows an identifier only. */
final class VideoFiles {
  private final String root;
  private final Configuration hadoop;
  private Map<String, String> byStem;

  /**
   * @param root folder of the videos; null if it is not known
   */
  VideoFiles(String root, Configuration hadoop) {
    this.root = root;
    this.hadoop = hadoop;
  }

  /** The path, below the root, of the file with a name without its ending. */
  Optional<String> find(String stem) throws IOException {
    if (byStem == null) {
      byStem = list();
    }
    return Optional.ofNullable(byStem.get(stem));
  }

  private Map<String, String> list() throws IOException {
    Map<String, String> found = new HashMap<>();
    if (root == null) {
      return found;
    }
    Path top = new Path(root);
    FileSystem files = top.getFileSystem(hadoop);
    if (!Storage.exists(files, top)) {
      return found;
    }
    String prefix = Storage.status(files, top).getPath().toUri().getPath() + "/";
    Storage.eachFile(files, top, file -> add(found, file, prefix));
    return found;
  }

  private static void add(Map<String, String> found, FileStatus file, String prefix) {
    String below = file.getPath().toUri().getPath().substring(prefix.length());
    String name = below.substring(below.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    if (dot > 0) {
      found.putIfAbsent(name.substring(0, dot), below);
    }
  }
}
