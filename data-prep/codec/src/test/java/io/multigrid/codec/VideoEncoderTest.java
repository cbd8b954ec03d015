package io.multigrid.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoEncoderTest {
  @TempDir Path dir;

  @Test
  void anotherReaderSeesTheFramesAsTheyWereGiven() throws Exception {
    Path file = dir.resolve("a.mp4");
    try (VideoEncoder encoder = new VideoEncoder(file, 48, 32, 12.5)) {
      for (int i = 0; i < 20; i++) {
        encoder.frame(plain(48, 32, 10 * i, 100, 200 - 5 * i));
      }
    }
    assertThat(Files.readAllBytes(file)).startsWith(0, 0, 0).contains("avc1".getBytes("US-ASCII"));
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.setPixelFormat(org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24);
      grabber.start();
      assertThat(grabber.getVideoFrameRate()).isEqualTo(12.5);
      int i = 0;
      for (Frame f = grabber.grabImage(); f != null; f = grabber.grabImage(), i++) {
        ByteBuffer rgb = (ByteBuffer) f.image[0];
        int middle = 16 * f.imageStride + 24 * 3;
        assertThat(rgb.get(middle) & 0xff).isBetween(10 * i - 8, 10 * i + 8);
        assertThat(rgb.get(middle + 2) & 0xff).isBetween(192 - 5 * i, 208 - 5 * i);
      }
      assertThat(i).isEqualTo(20);
    }
  }

  @Test
  void refusesWhatH264CannotHold() {
    assertThatThrownBy(() -> new VideoEncoder(dir.resolve("a.mp4"), 47, 32, 25))
        .hasMessageContaining("47x32")
        .hasMessageContaining("even sizes from 16");
    assertThatThrownBy(() -> new VideoEncoder(dir.resolve("a.mp4"), 48, 32, 0))
        .hasMessageContaining("a rate above 0");
    assertThatThrownBy(() -> new VideoEncoder(dir.resolve("none/a.mp4"), 48, 32, 25))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none/a.mp4");
  }

  @Test
  void refusesAFrameOfAnotherSize() throws Exception {
    try (VideoEncoder encoder = new VideoEncoder(dir.resolve("a.mp4"), 48, 32, 25)) {
      encoder.frame(plain(48, 32, 1, 2, 3));
      assertThatThrownBy(() -> encoder.frame(new byte[7]))
          .hasMessageContaining("7 bytes, not height x width x 3 = 4608");
    }
  }

  static byte[] plain(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return rgb;
  }
}
