package io.multigrid.prep.job;

import io.multigrid.shard.Source;

/** The files of a catalogue's entries, in their order, as they were found. */
final class SourceTable {
  private static final long MISSING = -1;

  private final long[] bytes;
  private final long[] modified;

  SourceTable(int entries) {
    bytes = new long[entries];
    modified = new long[entries];
  }

  /**
   * @param found length and time of one file after the other, with {@link #missing} for those that
   *     are not there
   */
  void set(int first, long[] found) {
    for (int i = 0; i < found.length / 2; i++) {
      bytes[first + i] = found[2 * i];
      modified[first + i] = found[2 * i + 1];
    }
  }

  static long[] missing() {
    return new long[] {MISSING, 0};
  }

  boolean there(int entry) {
    return bytes[entry] != MISSING;
  }

  /** -1 if there is no file. */
  long bytes(int entry) {
    return bytes[entry];
  }

  Source of(int entry) {
    return new Source(bytes[entry], modified[entry]);
  }

  /** Is the file as it was? */
  boolean same(int entry, Source before) {
    return before != null && bytes[entry] == before.bytes() && modified[entry] == before.modified();
  }
}
