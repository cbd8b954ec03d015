package io.multigrid.prep.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The videos that are left out: {@code quarantine.jsonl} for people, and the same with the state of
 * the files beside each revision's manifest, so that later runs need not try them again.
 */
final class Verdicts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Verdicts() {}

  static void writeForPeople(FileSystem files, Path dataset, List<Part.LeftOut> all)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Part.LeftOut one : all) {
      ObjectNode line = JSON.createObjectNode();
      line.put("path", one.video().path());
      line.put("reason", one.video().reason().name());
      line.put("detail", one.video().detail());
      line.put("attempt", one.video().attempts());
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    write(files, new Path(dataset, "quarantine.jsonl"), lines);
  }

  static void write(FileSystem files, Path dataset, int revision, List<Part.LeftOut> all)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Part.LeftOut one : all) {
      lines.append(JSON.writeValueAsString(one)).append('\n');
    }
    write(files, file(dataset, revision), lines);
  }

  /** Those of a committed revision. */
  static List<Part.LeftOut> read(FileSystem files, Path dataset, int revision) throws IOException {
    List<Part.LeftOut> all = new ArrayList<>();
    try (InputStream in = files.open(file(dataset, revision))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        all.add(JSON.readValue(line, Part.LeftOut.class));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return all;
  }

  private static Path file(Path dataset, int revision) {
    return new Path(
        dataset, String.format(Locale.ROOT, "manifests/quarantine-%06d.jsonl", revision));
  }

  private static void write(FileSystem files, Path file, StringBuilder lines) throws IOException {
    Storage.write(files, file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }
}
