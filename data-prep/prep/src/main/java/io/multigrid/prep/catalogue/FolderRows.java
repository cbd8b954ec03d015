package io.multigrid.prep.catalogue;

import io.multigrid.config.Problem;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of class folders, or of folders named like splits with class folders in them. */
final class FolderRows {
  private FolderRows() {}

  static List<CatalogueRow> read(FileSystem files, Path root, List<Problem> problems)
      throws IOException {
    List<CatalogueRow> rows = new ArrayList<>();
    List<FileStatus> top = folders(files, root);
    boolean splits =
        !top.isEmpty() && top.stream().allMatch(f -> Splits.of(f.getPath().getName()).isPresent());
    for (FileStatus folder : top) {
      String name = folder.getPath().getName();
      if (splits) {
        for (FileStatus label : folders(files, folder.getPath())) {
          videos(files, label, name + "/", Splits.of(name), rows);
        }
      } else {
        videos(files, folder, "", Optional.empty(), rows);
      }
    }
    if (top.isEmpty()) {
      problems.add(
          new Problem(
              root.toString(),
              "catalogue",
              "",
              "the folder has no class folders",
              "put the videos into one folder a class, or give a CSV file with path,label"));
    }
    return rows;
  }

  private static List<FileStatus> folders(FileSystem files, Path root) throws IOException {
    return Storage.list(files, root).stream()
        .filter(f -> f.isDirectory() && !f.getPath().getName().startsWith("."))
        .toList();
  }

  private static void videos(
      FileSystem files,
      FileStatus label,
      String prefix,
      Optional<Split> split,
      List<CatalogueRow> rows)
      throws IOException {
    String name = label.getPath().getName();
    for (FileStatus file : Storage.list(files, label.getPath())) {
      String video = file.getPath().getName();
      if (file.isFile() && !video.startsWith(".")) {
        String path = prefix + name + "/" + video;
        rows.add(CatalogueRow.of(path, path, name, split));
      }
    }
  }
}
