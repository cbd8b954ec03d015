package io.multigrid.train.run;

import io.multigrid.engine.Note;
import io.multigrid.train.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The videos of a split that turned out to be damaged, each told once, and their budget. */
final class Damages {
  private static final int NAMED = 20;

  private final String uri;
  private final String split;
  private final int videos;
  private final double share;
  private final Map<String, Note> damaged = new LinkedHashMap<>();

  /**
   * @param videos of the split
   * @param share of them that may be damaged
   */
  Damages(String uri, String split, int videos, double share) {
    this.uri = uri;
    this.split = split;
    this.videos = videos;
    this.share = share;
  }

  /** Adds what was found; those that are new. */
  List<Note> add(List<Note> found) {
    List<Note> news = new ArrayList<>();
    for (Note note : found) {
      if (damaged.putIfAbsent(note.subject(), note) == null) {
        news.add(note);
      }
    }
    return news;
  }

  private String names() {
    String first = damaged.keySet().stream().limit(NAMED).collect(Collectors.joining(", "));
    return damaged.size() <= NAMED
        ? first
        : "%s and %s more".formatted(first, damaged.size() - NAMED);
  }

  int count() {
    return damaged.size();
  }

  List<Note> all() {
    return List.copyOf(damaged.values());
  }

  /**
   * @param goOn where training can go on from, for the message
   * @throws DataException if there are more than may be
   */
  void check(Supplier<String> goOn) {
    if (damaged.size() > share * videos) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %d of %d %s videos turned out to be damaged, at most %.3g %% may be"
                  + " (feed.max-damaged): %s; run inspect --verify and prepare them again%s",
              uri,
              damaged.size(),
              videos,
              split,
              100 * share,
              names(),
              goOn.get()));
    }
  }
}
