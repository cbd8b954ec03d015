package io.multigrid.train.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Amount;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a data set holds.
 *
 * @param damages in words, if every byte was looked at
 */
record DatasetDescription(Manifest manifest, Optional<List<String>> damages) {
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "revision %d, codec %s, videos %s, %d quarantined",
            manifest.revision(),
            manifest.codec(),
            manifest.videos(),
            manifest.quarantined()));
    lines.add("classes " + manifest.classes());
    for (Manifest.Grid grid : manifest.grids()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %s, %,d bytes",
              grid.stored().name(),
              Amount.of(grid.shards().size(), "shard"),
              bytes(grid)));
    }
    damages.ifPresent(
        found ->
            lines.addAll(found.isEmpty() ? List.of("every byte is as it was written") : found));
    return String.join("\n", lines);
  }

  void put(ObjectMapper json, ObjectNode into) {
    into.put("kind", "dataset");
    into.put("revision", manifest.revision());
    into.put("codec", manifest.codec());
    into.set("videos", json.valueToTree(manifest.videos()));
    into.put("quarantined", manifest.quarantined());
    into.set("classes", json.valueToTree(manifest.classes()));
    ArrayNode grids = into.putArray("grids");
    for (Manifest.Grid grid : manifest.grids()) {
      ObjectNode node = grids.addObject();
      node.put("name", grid.stored().name());
      node.put("shortSide", grid.shortSide());
      node.put("fps", grid.fps());
      node.put("shards", grid.shards().size());
      node.put("bytes", bytes(grid));
    }
    damages.ifPresent(found -> into.set("damages", json.valueToTree(found)));
  }

  private static long bytes(Manifest.Grid grid) {
    return grid.shards().stream().mapToLong(ShardInfo::bytes).sum();
  }
}
