package io.multigrid.prep.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /**
   * Those of a committed revision. A last line that was cut off is as good as not there: its video
   * is tried again.
   *
   * @throws StorageException that is {@link Failure#DAMAGED} at any other line that is no verdict
   */
  static List<Part.LeftOut> read(FileSystem files, Path dataset, int revision) throws IOException {
    Path file = file(dataset, revision);
    if (!Storage.exists(files, file)) {
      return List.of();
    }
    String text = Storage.text(files, file);
    List<String> lines = text.lines().toList();
    List<Part.LeftOut> all = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      Optional<Part.LeftOut> one = verdict(lines.get(line));
      boolean cut = line == lines.size() - 1 && !text.endsWith("\n");
      if (one.isEmpty() && !cut) {
        throw StorageException.damaged(
            "%s:%s: is not a verdict on a video; delete the file, and the videos that it leaves out are tried again"
                .formatted(file, line + 1));
      }
      one.ifPresent(all::add);
    }
    return all;
  }

  private static Optional<Part.LeftOut> verdict(String line) {
    try {
      return Optional.ofNullable(JSON.readValue(line, Part.LeftOut.class))
          .filter(one -> one.video() != null && one.video().reason() != null);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Path file(Path dataset, int revision) {
    return new Path(
        dataset, String.format(Locale.ROOT, "manifests/quarantine-%06d.jsonl", revision));
  }

  private static void write(FileSystem files, Path file, StringBuilder lines) throws IOException {
    Storage.write(files, file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }
}
