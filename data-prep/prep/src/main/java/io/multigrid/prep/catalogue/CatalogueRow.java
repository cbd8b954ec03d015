package io.multigrid.prep.catalogue;

import io.multigrid.shard.Split;
import java.util.List;
import java.util.Optional;

/**
 * A line of a catalogue, labels still by name.
 *
 * @param where file and line, for messages
 * @param span the part of the file; null for all of it
 */
record CatalogueRow(
    String where, String path, List<Label> labels, Optional<Split> split, TimeSpan span) {

  /**
   * @param span the part of the video that the label holds for; null for all of it
   */
  record Label(String name, TimeSpan span) {}

  static CatalogueRow of(String where, String path, String label, Optional<Split> split) {
    return new CatalogueRow(where, path, List.of(new Label(label, null)), split, null);
  }

  String name() {
    return span == null ? path : path + "#" + span.fragment();
  }
}
