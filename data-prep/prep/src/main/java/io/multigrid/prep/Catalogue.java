package io.multigrid.prep;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.Split;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The videos of a data set with their labels and splits: a folder of class folders (or of train,
 * validation and test with class folders in them), or a CSV or TSV file with the header {@code
 * path,label[,split]}. Without splits, a share of the videos is for validation, chosen by a
 * checksum of the path.
 */
public record Catalogue(List<String> classes, List<CatalogueEntry> entries) {
  private static final Set<String> SPLITS = Set.of("train", "validation", "test");

  private record Row(String path, String label, Optional<Split> split) {}

  /**
   * Reads a catalogue.
   *
   * @param catalogue a folder or a CSV or TSV file
   * @throws ConfigurationException with everything that is wrong with it
   */
  public static Catalogue read(String catalogue, double validationShare, Configuration hadoop)
      throws IOException {
    Path path = new Path(catalogue);
    FileSystem files = path.getFileSystem(hadoop);
    List<Problem> problems = new ArrayList<>();
    List<Row> rows;
    try {
      rows =
          files.getFileStatus(path).isDirectory()
              ? folder(files, path, problems)
              : file(files, path, problems);
    } catch (FileNotFoundException e) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  catalogue,
                  "catalogue",
                  "",
                  "there is no such file or folder",
                  "check the path")));
    }
    Set<String> labels = new TreeSet<>();
    rows.forEach(row -> labels.add(row.label()));
    if (rows.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(
              catalogue,
              "catalogue",
              "",
              "has no videos",
              "put videos into one folder a class, or list them in a CSV file with path,label"));
    } else if (labels.size() == 1) {
      problems.add(
          new Problem(
              catalogue,
              "classes",
              labels.toString(),
              "there must be at least two",
              "add videos of another class"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return of(rows, new ArrayList<>(labels), validationShare);
  }

  private static Catalogue of(List<Row> rows, List<String> classes, double validationShare) {
    Map<String, Integer> labels = new HashMap<>();
    for (int c = 0; c < classes.size(); c++) {
      labels.put(classes.get(c), c);
    }
    List<CatalogueEntry> entries = new ArrayList<>();
    for (Row row : rows) {
      Split split = row.split().orElseGet(() -> drawn(row.path(), validationShare));
      entries.add(new CatalogueEntry(row.path(), labels.get(row.label()), split));
    }
    entries.sort(Comparator.comparing(CatalogueEntry::path));
    return new Catalogue(List.copyOf(classes), List.copyOf(entries));
  }

  private static Split drawn(String path, double validationShare) {
    CRC32C crc = new CRC32C();
    crc.update(path.getBytes(StandardCharsets.UTF_8));
    return crc.getValue() / 4294967296.0 < validationShare ? Split.VALIDATION : Split.TRAIN;
  }

  private static List<Row> folder(FileSystem files, Path root, List<Problem> problems)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    FileStatus[] top = folders(files, root);
    boolean splits =
        top.length > 0 && Arrays.stream(top).allMatch(f -> SPLITS.contains(f.getPath().getName()));
    for (FileStatus folder : top) {
      String name = folder.getPath().getName();
      if (splits) {
        for (FileStatus label : folders(files, folder.getPath())) {
          videos(files, label, name + "/", Optional.of(Split.of(name)), rows);
        }
      } else {
        videos(files, folder, "", Optional.empty(), rows);
      }
    }
    if (top.length == 0) {
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

  private static FileStatus[] folders(FileSystem files, Path root) throws IOException {
    return Arrays.stream(files.listStatus(root))
        .filter(f -> f.isDirectory() && !f.getPath().getName().startsWith("."))
        .toArray(FileStatus[]::new);
  }

  private static void videos(
      FileSystem files, FileStatus label, String prefix, Optional<Split> split, List<Row> rows)
      throws IOException {
    String name = label.getPath().getName();
    for (FileStatus file : files.listStatus(label.getPath())) {
      String video = file.getPath().getName();
      if (file.isFile() && !video.startsWith(".")) {
        rows.add(new Row(prefix + name + "/" + video, name, split));
      }
    }
  }

  private static List<Row> file(FileSystem files, Path file, List<Problem> problems)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
      String header = in.readLine();
      char separator = header != null && header.indexOf('\t') >= 0 ? '\t' : ',';
      List<String> names =
          header == null
              ? List.of()
              : Csv.fields(header, separator).stream()
                  .map(name -> name.strip().toLowerCase(Locale.ROOT))
                  .toList();
      int path = names.indexOf("path");
      int label = names.indexOf("label");
      if (path < 0 || label < 0) {
        problems.add(
            new Problem(
                file + ":1",
                "header",
                header == null ? "(empty)" : header,
                "must name the columns path and label, and may name split",
                "begin the file with path,label,split"));
        return rows;
      }
      int line = 1;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        if (!text.isBlank()) {
          Place place = new Place(file + ":" + line, path, label, names.indexOf("split"));
          row(place, Csv.fields(text, separator), seen, problems).ifPresent(rows::add);
        }
      }
    }
    return rows;
  }

  private record Place(String where, int path, int label, int split) {}

  private static Optional<Row> row(
      Place place, List<String> fields, Set<String> seen, List<Problem> problems) {
    int needed = Math.max(Math.max(place.path(), place.label()), place.split());
    if (fields.size() <= needed) {
      problems.add(
          new Problem(
              place.where(),
              "fields",
              String.valueOf(fields.size()),
              "must be as many as in the header",
              "quote fields that hold the separator"));
      return Optional.empty();
    }
    String path = fields.get(place.path()).strip();
    String label = fields.get(place.label()).strip();
    String split = place.split() < 0 ? "" : fields.get(place.split()).strip();
    if (path.isEmpty() || label.isEmpty()) {
      problems.add(
          new Problem(place.where(), "path, label", path + "," + label, "must not be empty", ""));
      return Optional.empty();
    }
    if (!seen.add(path)) {
      problems.add(
          new Problem(place.where(), "path", path, "is listed twice", "leave one of them out"));
      return Optional.empty();
    }
    if (!split.isEmpty() && !SPLITS.contains(split)) {
      problems.add(
          new Problem(
              place.where(), "split", split, "must be train, validation or test", "correct it"));
      return Optional.empty();
    }
    return Optional.of(
        new Row(path, label, split.isEmpty() ? Optional.empty() : Optional.of(Split.of(split))));
  }
}
