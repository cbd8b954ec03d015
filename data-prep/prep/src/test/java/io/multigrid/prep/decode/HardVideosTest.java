package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEFAULT;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
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

  /** Diffuse white is at 58 % of the PQ scale (ITU-R BT.2408), black at 0, a dark grey at 30 %. */
  @Test
  void highDynamicRangeIsBroughtToTheStandardOne() throws Exception {
    for (String transfer : List.of("smpte2084", "arib-std-b67", "bt709")) {
      List<Integer> greys = new ArrayList<>();
      for (double level : new double[] {0, 0.3, 0.58}) {
        Path file = folder.resolve(transfer + level + ".mkv");
        tenBits(file, transfer, level);
        Decoded decoded = decode(file, 0, 0);
        assertThat(decoded.frames()).as(file.toString()).hasSize(6);
        greys.add(decoded.grey(3));
      }
      assertThat(greys.get(0)).as(transfer + greys).isLessThan(5);
      switch (transfer) {
          // What it would be without any mapping: 0.3 and 0.58 of 255.
        case "bt709" -> assertThat(greys).as(transfer).containsExactly(0, 77, 148);
        case "smpte2084" -> {
          assertThat(greys.get(1)).as(transfer + greys).isLessThan(70);
          assertThat(greys.get(2)).as(transfer + greys).isGreaterThan(165);
        }
        default -> assertThat(greys.get(2)).as(transfer + greys).isGreaterThan(greys.get(1) + 40);
      }
    }
  }

  /** The one that players show: the default one, not a thumbnail; a cover is no video. */
  @Test
  void ofSeveralStreamsTheMainOneIsTaken() throws Exception {
    Path small = grey("small.mp4", 32, 32, 30, 30, i -> 40);
    Path large = grey("large.mp4", 128, 96, 30, 60, i -> 200);
    Path both = folder.resolve("both.mkv");
    Remux.streams(
        both, List.of(new Remux.Input(small, 0), new Remux.Input(large, AV_DISPOSITION_DEFAULT)));
    assertThat(decode(both, 0, 0).reply().found().facts().width()).isEqualTo(128);
    assertThat(decode(both, 0, 0).grey(3)).isBetween(190, 210);
    Path cover = folder.resolve("cover.png");
    ImageIO.write(new BufferedImage(128, 96, BufferedImage.TYPE_3BYTE_BGR), "png", cover.toFile());
    Path covered = folder.resolve("covered.mp4");
    Remux.streams(
        covered,
        List.of(new Remux.Input(cover, AV_DISPOSITION_ATTACHED_PIC), new Remux.Input(small, 0)));
    Decoded decoded = decode(covered, 0, 0);
    assertThat(decoded.reply().found().facts().width()).isEqualTo(32);
    assertThat(decoded.frames()).hasSize(15);
  }

  @Test
  void threeHoursComeThrough() throws Exception {
    Path video = grey("three-hours.mp4", 64, 48, 1, 10_800, i -> 128);
    Decoding.Request request =
        new Decoding.Request(
            video.toString(),
            0,
            0,
            List.of(Decoding.Grid.of(new StoredGrid(40, 15))),
            "mjpeg",
            50,
            600,
            folder.toString());
    Decoding.Reply reply = DecodingMain.reply(request);
    assertThat(reply.found().durationSeconds())
        .isEqualTo(10_800, org.assertj.core.data.Offset.offset(0.01));
    assertThat(reply.found().stored().get(0)).isEqualTo(new Decoding.Stored(53, 40, 162_000));
  }

  /** Six grey frames of 4:2:0 with 10 bits, limited range: black is 64, white 940. */
  private static void tenBits(Path file, String transfer, double level) throws IOException {
    boolean standard = transfer.equals("bt709");
    int width = 64;
    int height = 48;
    short[] samples = new short[width * height * 3 / 2];
    Arrays.fill(samples, (short) 512);
    Arrays.fill(samples, 0, width * height, (short) Math.round(64 + 876 * level));
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    pixels.asShortBuffer().put(samples);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height, 0)) {
      recorder.setFormat("matroska");
      recorder.setVideoCodecName("ffv1");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_FFV1);
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P10LE);
      recorder.setFrameRate(15);
      recorder.setVideoOption("color_trc", transfer);
      recorder.setVideoOption("color_primaries", standard ? "bt709" : "bt2020");
      recorder.setVideoOption("colorspace", standard ? "bt709" : "bt2020nc");
      recorder.setVideoOption("color_range", "tv");
      recorder.start();
      for (int f = 0; f < 6; f++) {
        recorder.recordImage(width, height, 8, 1, 2 * width, avutil.AV_PIX_FMT_YUV420P10LE, pixels);
      }
      recorder.stop();
    }
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
      var pixels = (ByteBuffer) frame.image[0];
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
