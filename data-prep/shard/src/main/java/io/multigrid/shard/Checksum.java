package io.multigrid.shard;

import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli). */
public final class Checksum {
  private Checksum() {}

  /** The checksum of a range of bytes. */
  public static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
