package io.multigrid.prep.catalogue;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.Split;
import io.multigrid.shard.VideoLabel;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The videos of a data set with their labels and splits: a folder of class folders (or of train,
 * validation and test with class folders in them), a CSV or TSV file with the header {@code
 * path,label[,split]}, Kinetics' or Charades' CSV, Something-Something V2's JSON, or lines of a
 * path and a label. Where nothing names a split, a share of the videos is for validation, chosen by
 * a checksum of the path.
 */
public record Catalogue(List<String> classes, List<CatalogueEntry> entries) {
  private static final int TOLD_PROBLEMS = 100;

  /** One catalogue whose paths name files, with the classes that it uses. */
  public static Catalogue read(String catalogue, double validationShare, Configuration hadoop)
      throws IOException {
    return read(List.of(catalogue), null, null, validationShare, hadoop);
  }

  /**
   * Reads catalogues, for instance one a split.
   *
   * @param videos folder in which files are looked for by identifiers; null if paths are given
   * @param classes file with the classes in their order; null for those that are used
   * @throws ConfigurationException with everything that is wrong with them
   */
  public static Catalogue read(
      List<String> catalogues,
      String videos,
      String classes,
      double validationShare,
      Configuration hadoop)
      throws IOException {
    List<Problem> problems = new ArrayList<>();
    List<CatalogueRow> rows = new ArrayList<>();
    VideoFiles files = new VideoFiles(videos, hadoop);
    for (String catalogue : catalogues) {
      rows.addAll(rows(catalogue, files, hadoop, problems));
    }
    ClassList list = classes == null ? ClassList.of(rows) : ClassList.read(classes, hadoop);
    if (rows.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(
              String.join(", ", catalogues),
              "catalogue",
              "",
              "has no videos",
              "put videos into one folder a class, or list them in a CSV file with path,label"));
    } else if (list.names().size() == 1) {
      problems.add(
          new Problem(
              String.join(", ", catalogues),
              "classes",
              list.names().toString(),
              "there must be at least two",
              "add videos of another class"));
    }
    duplicates(rows, problems);
    List<CatalogueEntry> entries = entries(rows, list, validationShare, problems);
    leaks(rows, entries, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(first(problems));
    }
    entries.sort(Comparator.comparing(CatalogueEntry::name));
    return new Catalogue(list.names(), List.copyOf(entries));
  }

  private static List<CatalogueRow> rows(
      String catalogue, VideoFiles videos, Configuration hadoop, List<Problem> problems)
      throws IOException {
    Path path = new Path(catalogue);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (Storage.status(files, path).isDirectory()) {
        return FolderRows.read(files, path, problems);
      }
      try (InputStream in = Storage.open(files, path)) {
        if (catalogue.endsWith(".json")) {
          return JsonRows.read(in, path.toString(), videos, problems);
        }
        return new TableRows(path.toString(), videos, problems)
            .read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      if (Failure.of(e) != Failure.MISSING) {
        throw StorageException.of("read", path, e);
      }
      problems.add(
          new Problem(
              catalogue, "catalogue", "", "there is no such file or folder", "check the path"));
      return List.of();
    }
  }

  private static void duplicates(List<CatalogueRow> rows, List<Problem> problems) {
    List<CatalogueRow> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing(CatalogueRow::name));
    int first = 0;
    for (int i = 1; i < sorted.size(); i++) {
      CatalogueRow row = sorted.get(i);
      if (!row.name().equals(sorted.get(first).name())) {
        first = i;
        continue;
      }
      problems.add(
          new Problem(
              row.where(),
              "path",
              row.name(),
              "is listed twice, first in " + sorted.get(first).where(),
              "leave one of them out"));
    }
  }

  private static List<CatalogueEntry> entries(
      List<CatalogueRow> rows, ClassList list, double validationShare, List<Problem> problems) {
    List<CatalogueEntry> entries = new ArrayList<>(rows.size());
    Map<List<VideoLabel>, List<VideoLabel>> shared = new HashMap<>();
    for (CatalogueRow row : rows) {
      List<VideoLabel> labels = new ArrayList<>();
      for (CatalogueRow.Label label : row.labels()) {
        TimeSpan span = label.span();
        list.index(label.name())
            .ifPresentOrElse(
                index ->
                    labels.add(
                        span == null
                            ? VideoLabel.whole(index)
                            : new VideoLabel(index, span.start(), span.end())),
                () ->
                    problems.add(
                        new Problem(
                            row.where(),
                            "label",
                            label.name(),
                            "is not in the list of classes",
                            "correct it, or add it to the list")));
      }
      Split split = row.split().orElseGet(() -> drawn(row.path(), validationShare));
      List<VideoLabel> one =
          labels.size() == 1 && labels.get(0).equals(VideoLabel.whole(labels.get(0).label()))
              ? shared.computeIfAbsent(labels, List::copyOf)
              : labels;
      entries.add(new CatalogueEntry(row.path(), one, split, row.span()));
    }
    return entries;
  }

  /** A file of which two splits have parts. */
  private static void leaks(
      List<CatalogueRow> rows, List<CatalogueEntry> entries, List<Problem> problems) {
    if (rows.stream().allMatch(row -> row.span() == null)) {
      return; // every entry is a file
    }
    Map<String, Integer> first = new HashMap<>();
    Set<String> told = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      CatalogueEntry entry = entries.get(i);
      Integer other = first.putIfAbsent(entry.path(), i);
      if (other != null
          && entries.get(other).split() != entry.split()
          && !entries.get(other).name().equals(entry.name())
          && told.add(entry.path())) {
        problems.add(
            new Problem(
                rows.get(i).where(),
                "split",
                entry.split().text(),
                "the same file is in "
                    + entries.get(other).split().text()
                    + ", see "
                    + rows.get(other).where(),
                "keep all parts of a file in one split"));
      }
    }
  }

  private static Split drawn(String path, double validationShare) {
    CRC32C crc = new CRC32C();
    crc.update(path.getBytes(StandardCharsets.UTF_8));
    return crc.getValue() / 4294967296.0 < validationShare ? Split.VALIDATION : Split.TRAIN;
  }

  private static List<Problem> first(List<Problem> problems) {
    if (problems.size() <= TOLD_PROBLEMS) {
      return problems;
    }
    List<Problem> told = new ArrayList<>(problems.subList(0, TOLD_PROBLEMS));
    told.add(
        new Problem(
            "catalogue",
            "problems",
            String.valueOf(problems.size()),
            "only the first " + TOLD_PROBLEMS + " are listed",
            "mend these first"));
    return told;
  }
}
