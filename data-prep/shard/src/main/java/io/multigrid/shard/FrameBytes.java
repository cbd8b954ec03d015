package io.multigrid.shard;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** The encoded frames of one video, in order. */
public interface FrameBytes {
  int count();

  /** Bytes of a frame, at least 1. */
  int length(int frame);

  /** CRC-32C of a frame's bytes. */
  int crc(int frame);

  /** Writes the bytes of all frames, one after the other. */
  void writeTo(OutputStream out) throws IOException;

  /** Frames that are in memory. */
  static FrameBytes of(List<byte[]> frames) {
    return new FrameBytes() {
      @Override
      public int count() {
        return frames.size();
      }

      @Override
      public int length(int frame) {
        return frames.get(frame).length;
      }

      @Override
      public int crc(int frame) {
        return Checksum.crc32c(frames.get(frame), 0, frames.get(frame).length);
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        for (byte[] frame : frames) {
          out.write(frame);
        }
      }
    };
  }
}
