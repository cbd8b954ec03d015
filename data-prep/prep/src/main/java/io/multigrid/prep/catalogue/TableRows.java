package io.multigrid.prep.catalogue;

import io.multigrid.config.Problem;
import io.multigrid.shard.Split;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Text files, told apart by their first line: {@code path,label[,split]}; Kinetics ({@code
 * label,youtube_id,time_start,time_end,split}); Charades ({@code id,...,actions,...}); or no header
 * and {@code path label} a line. Separated by commas, or by tabs if the first line has one.
 */
final class TableRows {
  /** RFC 4180 within a line; what is behind a closing quote, and a quote left open, are taken. */
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setIgnoreEmptyLines(false)
          .setIgnoreSurroundingSpaces(true)
          .setTrailingData(true)
          .setLenientEof(true)
          .build();

  private final String file;
  private final VideoFiles videos;
  private final List<Problem> problems;
  private final List<CatalogueRow> rows = new ArrayList<>();
  private List<String> names = List.of();
  private CSVFormat format = FORMAT;

  TableRows(String file, VideoFiles videos, List<Problem> problems) {
    this.file = file;
    this.videos = videos;
    this.problems = problems;
  }

  private interface LineReader {
    void read(String where, List<String> fields) throws IOException;
  }

  List<CatalogueRow> read(BufferedReader in) throws IOException {
    String header = in.readLine();
    if (header == null) {
      header = "";
    }
    format = FORMAT.builder().setDelimiter(header.indexOf('\t') >= 0 ? '\t' : ',').build();
    names = fields(header).stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    if (has("path", "label")) {
      lines(in, this::plain);
    } else if (has("label", "youtube_id", "time_start", "time_end")) {
      lines(in, this::kinetics);
    } else if (has("id", "actions")) {
      lines(in, this::charades);
    } else if (PairRows.are(header)) {
      return PairRows.read(header, in, file, problems);
    } else {
      problems.add(
          new Problem(
              file + ":1",
              "header",
              header.isEmpty() ? "(empty)" : header,
              "must name the columns path and label, and may name split; or be Kinetics', Charades' or lines of a path and a label",
              "begin the file with path,label,split"));
    }
    return rows;
  }

  /** The fields of a line; editors put a byte order mark before the first one. */
  private List<String> fields(String line) throws IOException {
    try (CSVParser parser = CSVParser.parse(line.replace("\uFEFF", ""), format)) {
      List<CSVRecord> records = parser.getRecords();
      return records.isEmpty() ? List.of("") : records.get(0).toList();
    }
  }

  private boolean has(String... columns) {
    return names.containsAll(List.of(columns));
  }

  private void lines(BufferedReader in, LineReader reader) throws IOException {
    int line = 1;
    for (String text = in.readLine(); text != null; text = in.readLine()) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      String where = file + ":" + line;
      List<String> fields = fields(text);
      if (fields.size() < names.size()) {
        problems.add(
            new Problem(
                where,
                "fields",
                String.valueOf(fields.size()),
                "must be as many as in the header",
                "quote fields that hold the separator"));
      } else {
        reader.read(where, fields);
      }
    }
  }

  private String field(List<String> fields, String column) {
    int index = names.indexOf(column);
    return index < 0 ? "" : fields.get(index).strip();
  }

  private boolean empty(String where, String columns, String... values) {
    for (String value : values) {
      if (value.isEmpty()) {
        problems.add(
            new Problem(
                where,
                columns,
                String.join(",", values),
                "must not be empty",
                "fill it in, or leave the line out"));
        return true;
      }
    }
    return false;
  }

  /** Empty twice where there is a split of another name, which is a problem. */
  private Optional<Optional<Split>> split(String where, List<String> fields) {
    String name = field(fields, "split");
    if (name.isEmpty()) {
      return Optional.of(Splits.ofFile(JsonRows.name(file)));
    }
    Optional<Split> split = Splits.of(name);
    if (split.isEmpty()) {
      problems.add(
          new Problem(where, "split", name, "must be train, validation or test", "correct it"));
      return Optional.empty();
    }
    return Optional.of(split);
  }

  private void plain(String where, List<String> fields) {
    String path = field(fields, "path");
    String label = field(fields, "label");
    if (!empty(where, "path, label", path, label)) {
      split(where, fields).ifPresent(split -> rows.add(CatalogueRow.of(where, path, label, split)));
    }
  }

  /** Either the part is a file of its own, ID_START_END, or it is cut out of the file ID. */
  private void kinetics(String where, List<String> fields) throws IOException {
    String id = field(fields, "youtube_id");
    String label = field(fields, "label");
    if (empty(where, "youtube_id, label", id, label)) {
      return;
    }
    Optional<TimeSpan> span = span(where, field(fields, "time_start"), field(fields, "time_end"));
    Optional<Optional<Split>> split = split(where, fields);
    if (span.isEmpty() || split.isEmpty()) {
      return;
    }
    String trimmed =
        String.format(
            Locale.ROOT, "%s_%06d_%06d", id, (long) span.get().start(), (long) span.get().end());
    Optional<String> part = videos.find(trimmed);
    Optional<String> whole = part.isPresent() ? Optional.empty() : videos.find(id);
    String path = part.or(() -> whole).orElse(label + "/" + trimmed + ".mp4");
    rows.add(
        new CatalogueRow(
            where,
            path,
            List.of(new CatalogueRow.Label(label, null)),
            split.get(),
            whole.isPresent() ? span.get() : null));
  }

  /** Many labels a video, each for some seconds: {@code c092 11.90 21.20;c147 0.00 12.60}. */
  private void charades(String where, List<String> fields) throws IOException {
    String id = field(fields, "id");
    if (empty(where, "id", id)) {
      return;
    }
    List<CatalogueRow.Label> labels = new ArrayList<>();
    for (String action : field(fields, "actions").split(";")) {
      String[] words = action.strip().split("\\s+");
      if (action.isBlank()) {
        continue;
      }
      Optional<TimeSpan> span =
          words.length == 3 ? span(where, words[1], words[2]) : Optional.empty();
      if (words.length != 3) {
        problems.add(
            new Problem(
                where,
                "actions",
                action.strip(),
                "must be a class, a start and an end",
                "write c092 11.90 21.20; several stand apart by semicolons"));
      }
      span.ifPresent(s -> labels.add(new CatalogueRow.Label(words[0], s)));
    }
    String path = videos.find(id).orElse(id + ".mp4");
    split(where, fields)
        .ifPresent(split -> rows.add(new CatalogueRow(where, path, labels, split, null)));
  }

  private Optional<TimeSpan> span(String where, String start, String end) {
    try {
      TimeSpan span = new TimeSpan(Double.parseDouble(start), Double.parseDouble(end));
      if (span.start() >= 0 && span.end() > span.start()) {
        return Optional.of(span);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    problems.add(
        new Problem(
            where,
            "time",
            start + " to " + end,
            "must be two numbers of seconds, the second one greater",
            "correct the line"));
    return Optional.empty();
  }
}
