package io.multigrid.prep.decode;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.RawCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Ten red frames. */
  public static void renderCrash(Path file) throws IOException {
    render(file, 255, 0, 0);
  }

  /** Ten frames of one colour. */
  public static void render(Path file, int red, int green, int blue) throws IOException {
    Files.createDirectories(file.getParent());
    byte[] rgb = new byte[64 * 48 * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    try (VideoEncoder encoder = new VideoEncoder(file, 64, 48, 30)) {
      for (int f = 0; f < 10; f++) {
        encoder.frame(rgb);
      }
    }
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
