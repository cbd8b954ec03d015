package io.multigrid.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a decoder in this process makes of videos that are rendered here. */
class HardVideosTest {
  @TempDir Path folder;

  private record Decoded(Decoding.Reply reply, List<byte[]> frames) {
    int grey(int frame) {
      byte[] rgb = frames.get(frame);
      return rgb[rgb.length / 6 * 3] & 255;
    }
  }

  @Test
  void aPartIsCutOutAtItsTime() throws IOException {
    // Ten seconds; the grey level is twelve times the second.
    Path video = grey("long.mp4", 64, 48, 30, 300, i -> i / 30.0 * 12);
    Decoded part = decode(video, 4, 6);
    assertThat(part.frames()).hasSize(30);
    assertThat(part.reply().found().durationSeconds())
        .isEqualTo(2, org.assertj.core.data.Offset.offset(0.001));
    assertThat(part.grey(0)).isBetween(44, 52);
    assertThat(part.grey(29)).isBetween(67, 75);
    Decoded tail = decode(video, 9, 12);
    assertThat(tail.frames()).hasSize(15);
    Decoded beyond = decode(video, 11, 12);
    assertThat(beyond.reply().reason()).isEqualTo(Reason.NO_FRAMES);
    assertThat(beyond.reply().detail()).contains("no frame between 11.000 and 12.000 s");
  }

  @Test
  void everyPixelFormatAndOddSizeComesThrough() throws IOException {
    int[] formats = {
      avutil.AV_PIX_FMT_YUV420P,
      avutil.AV_PIX_FMT_YUV422P,
      avutil.AV_PIX_FMT_YUV444P,
      avutil.AV_PIX_FMT_YUV420P10LE,
      avutil.AV_PIX_FMT_YUV422P12LE,
      avutil.AV_PIX_FMT_YUV444P12LE,
      avutil.AV_PIX_FMT_YUV444P16LE,
      avutil.AV_PIX_FMT_GRAY8,
      avutil.AV_PIX_FMT_RGBA,
      avutil.AV_PIX_FMT_RGB24
    };
    for (int format : formats) {
      Path file = folder.resolve("f" + format + ".mkv");
      boolean rgb = format == avutil.AV_PIX_FMT_RGBA || format == avutil.AV_PIX_FMT_RGB24;
      record(
          file,
          rgb ? "png" : "ffv1",
          rgb ? avcodec.AV_CODEC_ID_PNG : avcodec.AV_CODEC_ID_FFV1,
          format,
          63,
          47);
      Decoded decoded = decode(file, 0, 0);
      String name = avutil.av_get_pix_fmt_name(format).getString();
      assertThat(decoded.reply().reason()).as(name + " " + decoded.reply()).isNull();
      assertThat(decoded.reply().found().facts().pixelFormat()).isEqualTo(name);
      assertThat(decoded.frames()).as(name).hasSize(3);
      // Left half 200, right half 50.
      assertThat(decoded.frames().get(0)[3] & 255).as(name).isBetween(190, 210);
      assertThat(decoded.frames().get(0)[50 * 3] & 255).as(name).isBetween(40, 60);
    }
  }

  @Test
  void panoramasAndTowersKeepTheirShape() throws IOException {
    Decoded wide = decode(grey("wide.mp4", 640, 32, 30, 4, i -> 100), 0, 0);
    assertThat(wide.reply().found().stored().get(0)).isEqualTo(new Decoding.Stored(800, 40, 2));
    Decoded tower = decode(grey("tower.mp4", 32, 640, 30, 4, i -> 100), 0, 0);
    assertThat(tower.reply().found().stored().get(0)).isEqualTo(new Decoding.Stored(40, 800, 2));
  }

  @Test
  void garbageBehindTheEndAndAHoleInTheMiddleCostFramesAtMost() throws IOException {
    byte[] good = Files.readAllBytes(grey("good.mp4", 64, 48, 30, 120, i -> i));
    byte[] longer = Arrays.copyOf(good, good.length + 5000);
    Arrays.fill(longer, good.length, longer.length, (byte) 0x5A);
    assertThat(decode(Files.write(folder.resolve("trailing.mp4"), longer), 0, 0).frames())
        .hasSize(60);
    byte[] hole = good.clone();
    Arrays.fill(hole, 700, 760, (byte) 0);
    Decoded holed = decode(Files.write(folder.resolve("hole.mp4"), hole), 0, 0);
    assertThat(holed.reply().found() != null || holed.reply().reason() != null).isTrue();
  }

  @Test
  void theTimeLimitIsKept() throws IOException {
    Path video = grey("slow.mp4", 320, 240, 30, 300, i -> 90);
    Decoding.Reply reply = DecodingMain.reply(request(video, 0, 0, 0.001));
    assertThat(reply.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(reply.detail())
        .isEqualTo("decoding took longer than prep.time-limit-seconds = 0.001");
  }

  private interface Level {
    double of(int frame);
  }

  private Path grey(String name, int width, int height, double fps, int frames, Level level)
      throws IOException {
    Path file = folder.resolve(name);
    try (VideoEncoder encoder = new VideoEncoder(file, width, height, fps)) {
      for (int i = 0; i < frames; i++) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) Math.round(level.of(i)));
        encoder.frame(rgb);
      }
    }
    return file;
  }

  private static void record(
      Path file, String encoder, int codec, int format, int width, int height) throws IOException {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height, 0);
        Frame frame = new Frame(width, height, Frame.DEPTH_UBYTE, 3)) {
      recorder.setFormat("matroska");
      recorder.setVideoCodecName(encoder);
      recorder.setVideoCodec(codec);
      recorder.setPixelFormat(format);
      recorder.setFrameRate(15);
      recorder.start();
      var pixels = (java.nio.ByteBuffer) frame.image[0];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width * 3; x++) {
          pixels.put(y * frame.imageStride + x, (byte) (x < width * 3 / 2 ? 200 : 50));
        }
      }
      for (int f = 0; f < 3; f++) {
        recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
      }
      recorder.stop();
    }
  }

  private Decoding.Request request(Path video, double start, double end, double limit) {
    return new Decoding.Request(
        video.toString(),
        start,
        end,
        List.of(Decoding.Grid.of(new StoredGrid(40, 15))),
        "raw",
        90,
        limit,
        folder.toString());
  }

  private Decoded decode(Path video, double start, double end) throws IOException {
    Decoding.Reply reply = DecodingMain.reply(request(video, start, end, 60));
    List<byte[]> frames = new ArrayList<>();
    if (reply.found() != null) {
      Decoding.Stored stored = reply.found().stored().get(0);
      try (DataInputStream in = new DataInputStream(Files.newInputStream(folder.resolve("0")));
          FrameCodec.Decoder decoder = FrameCodec.byName("raw").decoder()) {
        for (int f = 0; f < stored.frames(); f++) {
          byte[] bytes = in.readNBytes(in.readInt());
          byte[] rgb = new byte[stored.width() * stored.height() * 3];
          decoder.decode(bytes, 0, bytes.length, stored.width(), stored.height(), rgb, 0);
          frames.add(rgb);
        }
      }
    }
    return new Decoded(reply, frames);
  }
}
