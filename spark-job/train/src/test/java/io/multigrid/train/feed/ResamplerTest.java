package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Frames;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ResamplerTest {
  private final Resampler resampler = new Resampler();

  @Test
  void wholeWindowAtItsOwnSizeIsTheFramesInPlanarOrder() {
    byte[] rgb = new byte[2 * 4 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7);
    }
    ByteBuffer out = ByteBuffer.allocateDirect(5 + rgb.length);

    resampler.write(frames(rgb, 4, 4, 2), new ClipWindow(0, 0, 4, 4, false), 4, out, 5);

    for (int t = 0; t < 2; t++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 16; p++) {
          assertThat(out.get(5 + (c * 2 + t) * 16 + p)).isEqualTo(rgb[(t * 16 + p) * 3 + c]);
        }
      }
    }
  }

  @Test
  void aRampStaysARampWhenScaledAndTurnsRoundWhenMirrored() {
    int width = 20;
    byte[] rgb = new byte[width * 10 * 3];
    for (int p = 0; p < width * 10; p++) {
      for (int c = 0; c < 3; c++) {
        rgb[p * 3 + c] = (byte) (10 * (p % width));
      }
    }
    ByteBuffer out = ByteBuffer.allocateDirect(3 * 5 * 5);

    resampler.write(frames(rgb, width, 10, 1), new ClipWindow(4, 0, 10, 10, false), 5, out, 0);
    // Centres of 5 cells of 2 pixels from column 4 on: columns 4.5, 6.5, ... of slope 10.
    assertThat(row(out)).containsExactly(45, 65, 85, 105, 125);

    resampler.write(frames(rgb, width, 10, 1), new ClipWindow(4, 0, 10, 10, true), 5, out, 0);
    assertThat(row(out)).containsExactly(125, 105, 85, 65, 45);
  }

  private static int[] row(ByteBuffer out) {
    int[] row = new int[5];
    for (int x = 0; x < 5; x++) {
      row[x] = out.get(10 + x) & 255;
    }
    return row;
  }

  private static Frames frames(byte[] rgb, int width, int height, int count) {
    return new Frames(width, height, count, rgb);
  }
}
