package io.multigrid.prep.decode;

import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.RawCodec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Pixels as they are, except that a red frame crashes the process in native code, a green one hangs
 * it and a blue one fills its memory.
 */
public final class HostileCodec implements FrameCodec {
  private final RawCodec raw = new RawCodec();

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public Encoder encoder(int width, int height, int quality) {
    Encoder encoder = raw.encoder(width, height, quality);
    return new Encoder() {
      @Override
      public byte[] encode(byte[] rgb, int offset) {
        if (bright(rgb, offset, 0)) {
          Pointer.memset(new Nowhere(), 1, 64);
        }
        while (bright(rgb, offset, 1)) {
          Thread.onSpinWait();
        }
        if (bright(rgb, offset, 2)) {
          java.util.List<byte[]> all = new java.util.ArrayList<>();
          while (true) {
            all.add(new byte[1 << 24]);
          }
        }
        return encoder.encode(rgb, offset);
      }

      @Override
      public void close() {
        encoder.close();
      }
    };
  }

  private static boolean bright(byte[] rgb, int offset, int colour) {
    for (int c = 0; c < 3; c++) {
      if ((rgb[offset + c] & 255) > 128 != (c == colour)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Decoder decoder() {
    return raw.decoder();
  }

  private static final class Nowhere extends BytePointer {
    Nowhere() {
      super((Pointer) null);
      address = 64;
    }
  }
}
