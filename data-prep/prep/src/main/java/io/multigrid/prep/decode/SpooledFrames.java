package io.multigrid.prep.decode;

import io.multigrid.shard.Checksum;
import io.multigrid.shard.FrameBytes;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Encoded frames in a file, each after its length: what {@link GridFrames} writes. */
public final class SpooledFrames implements FrameBytes {
  private final Path file;
  private final int[] lengths;
  private final int[] crcs;

  public SpooledFrames(Path file, int count) throws IOException {
    this.file = file;
    this.lengths = new int[count];
    this.crcs = new int[count];
    try (DataInputStream in = open()) {
      byte[] bytes = new byte[1 << 16];
      for (int f = 0; f < count; f++) {
        lengths[f] = in.readInt();
        bytes = read(in, lengths[f], bytes);
        crcs[f] = Checksum.crc32c(bytes, 0, lengths[f]);
      }
    }
  }

  @Override
  public int count() {
    return lengths.length;
  }

  @Override
  public int length(int frame) {
    return lengths[frame];
  }

  @Override
  public int crc(int frame) {
    return crcs[frame];
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (DataInputStream in = open()) {
      byte[] bytes = new byte[1 << 16];
      for (int length : lengths) {
        bytes = read(in, in.readInt(), bytes);
        out.write(bytes, 0, length);
      }
    }
  }

  private DataInputStream open() throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
  }

  private static byte[] read(DataInputStream in, int length, byte[] into) throws IOException {
    byte[] bytes = length <= into.length ? into : new byte[length];
    in.readFully(bytes, 0, length);
    return bytes;
  }
}
