package io.multigrid.shard;

import java.nio.charset.StandardCharsets;

/** The numbers of SPEC.md. */
final class ShardFormat {
  static final int VERSION = 1;
  static final byte[] MAGIC = "MGSHARD1".getBytes(StandardCharsets.US_ASCII);
  static final byte[] END_MAGIC = "MGSHARDE".getBytes(StandardCharsets.US_ASCII);
  static final byte[] RECORD_MAGIC = "MGRC".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_BYTES = 16;
  static final int TRAILER_BYTES = 24;
  static final int RECORD_HEADER_BYTES = 16;
  static final int TABLE_ENTRY_BYTES = 8;
  static final int CHECKED_FROM = 8;

  private ShardFormat() {}
}
