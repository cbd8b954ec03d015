package io.multigrid.shard;

import java.util.Arrays;

/** Pixels as they are. */
public final class RawCodec implements FrameCodec {
  @Override
  public String name() {
    return "raw";
  }

  @Override
  public Encoder encoder(int width, int height, int quality) {
    int bytes = Math.multiplyExact(width * 3, height);
    return new Encoder() {
      @Override
      public byte[] encode(byte[] rgb, int offset) {
        return Arrays.copyOfRange(rgb, offset, offset + bytes);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Decoder decoder() {
    return new Decoder() {
      @Override
      public void decode(
          byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
        if (length != width * height * 3) {
          throw new ShardException(
              "raw frame of %s bytes: must be %s x %s x 3 = %s"
                  .formatted(length, height, width, height * width * 3));
        }
        System.arraycopy(bytes, offset, rgb, rgbOffset, length);
      }

      @Override
      public void close() {}
    };
  }
}
