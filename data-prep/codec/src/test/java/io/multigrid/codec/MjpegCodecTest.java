package io.multigrid.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.ShardException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MjpegCodecTest {
  private final FrameCodec codec = FrameCodec.byName("mjpeg");

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "17,9", "53,40", "52,39", "171,128", "64,64"})
  void everyPixelOfEverySizeComesBack(int width, int height) {
    byte[] picture = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Arrays.fill(
            picture,
            (y * width + x) * 3,
            (y * width + x) * 3 + 3,
            (byte) (40 + 150 * (x + y) / (width + height)));
      }
    }
    try (FrameCodec.Encoder encoder = codec.encoder(width, height, 95);
        FrameCodec.Decoder decoder = codec.decoder()) {
      byte[] jpeg = encoder.encode(picture, 0);
      byte[] back = new byte[picture.length];
      Arrays.fill(back, (byte) 255);
      decoder.decode(jpeg, 0, jpeg.length, width, height, back, 0);
      for (int i = 0; i < back.length; i++) {
        assertThat(Math.abs((back[i] & 255) - (picture[i] & 255)))
            .as("byte %d of pixel %d, %d", i % 3, i / 3 % width, i / 3 / width)
            .isLessThan(8);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 27, 40})
  void whatWasDecodedBeforeLeavesNoTrace(int height) {
    for (int width = 1; width <= 72; width++) {
      byte[] dark = new byte[width * height * 3];
      byte[] bright = new byte[dark.length];
      Arrays.fill(bright, (byte) 200);
      try (FrameCodec.Encoder encoder = codec.encoder(width, height, 95);
          FrameCodec.Decoder decoder = codec.decoder()) {
        byte[] one = encoder.encode(dark, 0);
        byte[] other = encoder.encode(bright, 0);
        byte[] back = new byte[dark.length];
        decoder.decode(other, 0, other.length, width, height, back, 0);
        decoder.decode(one, 0, one.length, width, height, back, 0);
        for (int i = 0; i < back.length; i++) {
          assertThat(back[i] & 255)
              .as("%d x %d, pixel %d, %d", width, height, i / 3 % width, i / 3 / width)
              .isLessThan(4);
        }
      }
    }
  }

  @Test
  void whatIsNoJpegOrAnotherSizeIsRefused() {
    try (FrameCodec.Encoder encoder = codec.encoder(16, 16, 95);
        FrameCodec.Decoder decoder = codec.decoder()) {
      byte[] jpeg = encoder.encode(new byte[16 * 16 * 3], 0);
      assertThatThrownBy(() -> decoder.decode(jpeg, 0, jpeg.length, 8, 16, new byte[8 * 16 * 3], 0))
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("a JPEG image of 16 x 16, the record says 8 x 16");
      assertThatThrownBy(() -> decoder.decode(new byte[99], 0, 99, 8, 8, new byte[192], 0))
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("not a JPEG image of 99 bytes");
    }
  }
}
