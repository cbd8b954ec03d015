package io.multigrid.prep.decode;

import io.multigrid.codec.Picture;
import io.multigrid.codec.PictureEncoder;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * The frames of one video on one grid: made upright, scaled, encoded and written to a file, each
 * after its length. The size is that of the first frame; later ones of another size are scaled to
 * it. Not thread-safe.
 */
final class GridFrames implements AutoCloseable {
  private final StoredGrid grid;
  private final FrameCodec codec;
  private final int quality;
  private final DataOutputStream out;
  private final Picture picture = new Picture();
  private FrameCodec.Encoder encoder;
  private int width;
  private int height;
  private int frames;
  private byte[] lying = new byte[0];
  private byte[] upright = new byte[0];
  private byte[] last;

  GridFrames(StoredGrid grid, FrameCodec codec, int quality, Path file) throws IOException {
    this.grid = grid;
    this.codec = codec;
    this.quality = quality;
    this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  double fps() {
    return grid.fps();
  }

  /** Stored frames so far; the next one shows the video this many ticks after its beginning. */
  int count() {
    return frames;
  }

  /** Appends a frame. */
  void append(AVFrame frame, int quarterTurns) throws IOException {
    if (encoder == null) {
      boolean turned = quarterTurns % 2 == 1;
      int shorter = Math.min(frame.width(), frame.height());
      width = side(turned ? frame.height() : frame.width(), shorter);
      height = side(turned ? frame.width() : frame.height(), shorter);
      encoder = codec.encoder(width, height, quality);
    }
    last = encode(frame, quarterTurns);
    write();
  }

  /** Appends the frame that was appended last once more. */
  void repeat(AVFrame frame, int quarterTurns) throws IOException {
    if (codec.keyEvery() > 1) {
      append(frame, quarterTurns);
    } else {
      write();
    }
  }

  private void write() throws IOException {
    out.writeInt(last.length);
    out.write(last);
    frames++;
  }

  private byte[] encode(AVFrame frame, int quarterTurns) {
    if (quarterTurns == 0 && encoder instanceof PictureEncoder direct) {
      return direct.encode(frame);
    }
    int bytes = width * height * 3;
    if (upright.length < bytes) {
      upright = new byte[bytes];
      lying = new byte[bytes];
    }
    if (quarterTurns == 0) {
      picture.rgb(frame, width, height, upright, 0);
    } else {
      boolean turned = quarterTurns % 2 == 1;
      int from = turned ? height : width;
      picture.rgb(frame, from, turned ? width : height, lying, 0);
      turn(quarterTurns, from, turned ? width : height);
    }
    return encoder.encode(upright, 0);
  }

  private int side(int source, int shorter) {
    long side = Math.round(source * (double) grid.shortSide() / shorter);
    return (int) Math.max(1, Math.min(65_535, side));
  }

  /** Turns the lying picture of a width and height clockwise. */
  private void turn(int quarterTurns, int fromWidth, int fromHeight) {
    for (int y = 0; y < fromHeight; y++) {
      for (int x = 0; x < fromWidth; x++) {
        int target =
            switch (quarterTurns) {
              case 1 -> x * fromHeight + (fromHeight - 1 - y);
              case 2 -> (fromHeight - 1 - y) * fromWidth + (fromWidth - 1 - x);
              default -> (fromWidth - 1 - x) * fromHeight + y;
            };
        System.arraycopy(lying, (y * fromWidth + x) * 3, upright, target * 3, 3);
      }
    }
  }

  /** Completes the file. */
  Decoding.Stored finish() throws IOException {
    out.close();
    return new Decoding.Stored(width, height, frames);
  }

  @Override
  public void close() throws IOException {
    if (encoder != null) {
      encoder.close();
    }
    picture.close();
    out.close();
  }
}
