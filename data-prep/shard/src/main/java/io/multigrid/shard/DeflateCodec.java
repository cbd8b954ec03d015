package io.multigrid.shard;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Pixels as they are, compressed without loss by the fastest level of zlib. */
public final class DeflateCodec implements FrameCodec {
  @Override
  public String name() {
    return "deflate";
  }

  @Override
  public Encoder encoder(int width, int height, int quality) {
    int bytes = Math.multiplyExact(width * 3, height);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    return new Encoder() {
      private byte[] buffer = new byte[bytes + bytes / 1000 + 64];

      @Override
      public byte[] encode(byte[] rgb, int offset) {
        deflater.reset();
        deflater.setInput(rgb, offset, bytes);
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
          if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
          }
          length += deflater.deflate(buffer, length, buffer.length - length);
        }
        return Arrays.copyOf(buffer, length);
      }

      @Override
      public void close() {
        deflater.end();
      }
    };
  }

  @Override
  public Decoder decoder() {
    Inflater inflater = new Inflater();
    return new Decoder() {
      @Override
      public void decode(
          byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
        int expected = width * height * 3;
        inflater.reset();
        inflater.setInput(bytes, offset, length);
        try {
          int found = inflater.inflate(rgb, rgbOffset, expected);
          if (found != expected || !endsHere()) {
            throw new ShardException(
                "deflate frame of %s bytes: holds other than %s x %s x 3 = %s bytes"
                    .formatted(length, height, width, expected));
          }
        } catch (DataFormatException e) {
          throw new ShardException(
              "deflate frame of %s bytes: not a zlib stream".formatted(length), e);
        }
      }

      private boolean endsHere() throws DataFormatException {
        return inflater.inflate(new byte[1]) == 0 && inflater.finished();
      }

      @Override
      public void close() {
        inflater.end();
      }
    };
  }
}
