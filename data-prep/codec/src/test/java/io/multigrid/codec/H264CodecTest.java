package io.multigrid.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.ShardException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H264CodecTest {
  @ParameterizedTest
  @CsvSource({"h264-1,64,48", "h264-4,171,128", "h264-8,53,39", "h264-16,9,7", "h264-8,320,240"})
  void everyFrameComesBackFromItsKeyPictureOn(String name, int width, int height) {
    FrameCodec codec = FrameCodec.byName(name);
    List<byte[]> encoded = new ArrayList<>();
    try (FrameCodec.Encoder encoder = codec.encoder(width, height, 90)) {
      for (int f = 0; f < 20; f++) {
        encoded.add(encoder.encode(picture(width, height, f), 0));
      }
    }
    try (FrameCodec.Decoder decoder = codec.decoder()) {
      for (int wanted : new int[] {19, 0, 5, 16, 7}) {
        byte[] rgb = new byte[width * height * 3];
        for (int f = wanted - wanted % codec.keyEvery(); f < wanted; f++) {
          decoder.skip(encoded.get(f), 0, encoded.get(f).length);
        }
        byte[] bytes = encoded.get(wanted);
        decoder.decode(bytes, 0, bytes.length, width, height, rgb, 0);
        byte[] expected = picture(width, height, wanted);
        double sum = 0;
        for (int i = 0; i < rgb.length; i++) {
          sum += Math.abs((rgb[i] & 255) - (expected[i] & 255));
        }
        assertThat(sum / rgb.length).as("frame " + wanted).isLessThan(3);
      }
    }
  }

  @Test
  void whatIsNoPictureIsRefused() {
    try (FrameCodec.Decoder decoder = FrameCodec.byName("h264-8").decoder()) {
      assertThatThrownBy(() -> decoder.decode(new byte[50], 0, 50, 16, 16, new byte[768], 0))
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("not an H.264 picture of 50 bytes");
    }
  }

  private static byte[] picture(int width, int height, int frame) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      byte level = (byte) (30 + 10 * frame + 20 * (x + y) / (width + height));
      rgb[i] = level;
      rgb[i + 1] = level;
      rgb[i + 2] = level;
    }
    return rgb;
  }
}
