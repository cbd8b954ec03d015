package io.multigrid.prep.catalogue;

import io.multigrid.shard.Split;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a catalogue, labels still by name. There may be millions: what lines share is kept
 * once.
 */
final class CatalogueRow {
  private static final Pattern LINE = Pattern.compile("(.*:)(\\d{1,9})");
  private static final int NO_LINE = -1;

  private final String file;
  private final int line;
  private final String path;
  private final String onlyLabel;
  private final List<Label> labels;
  private final Split split;
  private final TimeSpan span;

  /**
   * @param span the part of the video that the label holds for; null for all of it
   */
  record Label(String name, TimeSpan span) {}

  /**
   * @param where file and line, for messages
   * @param span the part of the file; null for all of it
   */
  CatalogueRow(
      String where, String path, List<Label> labels, Optional<Split> split, TimeSpan span) {
    Matcher place = LINE.matcher(where);
    boolean numbered = place.matches();
    this.file = numbered ? place.group(1).intern() : where;
    this.line = numbered ? Integer.parseInt(place.group(2)) : NO_LINE;
    this.path = path;
    boolean plain = labels.size() == 1 && labels.get(0).span() == null;
    this.onlyLabel = plain ? labels.get(0).name().intern() : null;
    this.labels = plain ? null : labels;
    this.split = split.orElse(null);
    this.span = span;
  }

  static CatalogueRow of(String where, String path, String label, Optional<Split> split) {
    return new CatalogueRow(where, path, List.of(new Label(label, null)), split, null);
  }

  String where() {
    return line == NO_LINE ? file : file + line;
  }

  String path() {
    return path;
  }

  List<Label> labels() {
    return labels == null ? List.of(new Label(onlyLabel, null)) : labels;
  }

  Optional<Split> split() {
    return Optional.ofNullable(split);
  }

  TimeSpan span() {
    return span;
  }

  String name() {
    return span == null ? path : path + "#" + span.fragment();
  }
}
