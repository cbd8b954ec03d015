package io.multigrid.prep.job;

import io.multigrid.prep.decode.Decoding;
import io.multigrid.prep.decode.DecodingMain;
import io.multigrid.prep.decode.Scratch;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares the codecs of shards on real videos: {@code CodecBenchmark FOLDER...}. For the clips 8 x
 * 112, 16 x 158 and 32 x 224 (stored with short sides 160, 226 and 320 at 15 frames a second):
 * bytes per second of video, frames encoded a second, milliseconds to decode a clip at a random
 * start and stride, PSNR and SSIM of the stored frames. One thread; compare within one run.
 */
final class CodecBenchmark {
  private static final int[][] CLIPS = {{8, 160, 4}, {16, 226, 2}, {32, 320, 1}};
  private static final List<String> CODECS =
      List.of(
          "raw 90",
          "deflate 90",
          "mjpeg 75",
          "mjpeg 85",
          "mjpeg 90",
          "h264-1 75",
          "h264-4 75",
          "h264-8 75",
          "h264-16 75",
          "h264-8 65",
          "h264-8 85");
  private static final int DRAWS = 6;

  private CodecBenchmark() {}

  private record Video(int width, int height, List<byte[]> frames) {}

  private static final class Sums {
    long bytes;
    long encodeNanos;
    long decodeNanos;
    int frames;
    int clips;
    double squares;
    long values;
    double ssim;
  }

  public static void main(String[] folders) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> all = Files.list(Path.of(folder))) {
        all.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    System.out.println(
        "| clip | codec, quality | kB/s of video | encode frames/s | decode ms/clip | PSNR dB | SSIM |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int[] clip : CLIPS) {
      Sums[] sums = new Sums[CODECS.size()];
      for (int c = 0; c < sums.length; c++) {
        sums[c] = new Sums();
      }
      for (Path file : files) {
        Video video = frames(file, clip[1]);
        for (int c = 0; c < sums.length; c++) {
          measure(CODECS.get(c).split(" "), video, clip, sums[c]);
        }
      }
      for (int c = 0; c < sums.length; c++) {
        Sums s = sums[c];
        System.out.printf(
            Locale.ROOT,
            "| %d x %d | %s | %.1f | %.0f | %.2f | %.1f | %.4f |%n",
            clip[0],
            clip[1] * 7 / 10,
            CODECS.get(c),
            s.bytes / 1e3 / (s.frames / 15.0),
            s.frames / (s.encodeNanos / 1e9),
            s.decodeNanos / 1e6 / s.clips,
            s.squares == 0 ? 99 : 10 * Math.log10(255.0 * 255 * s.values / s.squares),
            s.ssim / s.frames);
      }
    }
  }

  private static Video frames(Path file, int shortSide) throws IOException {
    Path folder = Files.createTempDirectory("codec-benchmark-");
    Decoding.Reply reply =
        DecodingMain.reply(
            new Decoding.Request(
                file.toString(),
                0,
                0,
                List.of(Decoding.Grid.of(new StoredGrid(shortSide, 15))),
                "raw",
                90,
                600,
                folder.toString()));
    Decoding.Stored stored = reply.found().stored().get(0);
    List<byte[]> frames = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(folder.resolve("0")))) {
      for (int f = 0; f < stored.frames(); f++) {
        frames.add(in.readNBytes(in.readInt()));
      }
    }
    Scratch.delete(folder);
    return new Video(stored.width(), stored.height(), frames);
  }

  private static void measure(String[] codec, Video video, int[] clip, Sums sums) {
    FrameCodec frameCodec = FrameCodec.byName(codec[0]);
    List<byte[]> encoded = new ArrayList<>();
    try (FrameCodec.Encoder encoder =
        frameCodec.encoder(video.width(), video.height(), Integer.parseInt(codec[1]))) {
      for (byte[] frame : video.frames()) {
        long start = System.nanoTime();
        byte[] bytes = encoder.encode(frame, 0);
        sums.encodeNanos += System.nanoTime() - start;
        sums.bytes += bytes.length + 8;
        encoded.add(bytes);
      }
    }
    sums.frames += video.frames().size();
    byte[] rgb = new byte[video.width() * video.height() * 3];
    Random random = new Random(1);
    try (FrameCodec.Decoder decoder = frameCodec.decoder()) {
      for (int f = 0; f < encoded.size(); f++) {
        decoder.decode(
            encoded.get(f), 0, encoded.get(f).length, video.width(), video.height(), rgb, 0);
        compare(video, f, rgb, sums);
      }
      for (int draw = 0; draw < DRAWS; draw++) {
        int stride = 1 + random.nextInt(clip[2]);
        int span = Math.min(encoded.size(), (clip[0] - 1) * stride + 1);
        int first = random.nextInt(encoded.size() - span + 1);
        long start = System.nanoTime();
        decodeClip(decoder, frameCodec.keyEvery(), encoded, video, first, stride, span, rgb);
        sums.decodeNanos += System.nanoTime() - start;
        sums.clips++;
      }
    }
  }

  private static void decodeClip(
      FrameCodec.Decoder decoder,
      int keyEvery,
      List<byte[]> encoded,
      Video video,
      int first,
      int stride,
      int span,
      byte[] rgb) {
    int next = first - first % keyEvery;
    for (int f = first; f < first + span; f += stride) {
      next = Math.max(next, f - f % keyEvery);
      for (; next < f; next++) {
        decoder.skip(encoded.get(next), 0, encoded.get(next).length);
      }
      decoder.decode(
          encoded.get(f), 0, encoded.get(f).length, video.width(), video.height(), rgb, 0);
      next = f + 1;
    }
  }

  private static void compare(Video video, int frame, byte[] rgb, Sums sums) {
    byte[] expected = video.frames().get(frame);
    for (int i = 0; i < rgb.length; i++) {
      int difference = (rgb[i] & 255) - (expected[i] & 255);
      sums.squares += (double) difference * difference;
    }
    sums.values += rgb.length;
    sums.ssim += ssim(expected, rgb, video.width(), video.height());
  }

  /** Of the green plane, over windows of 8 x 8 side by side. */
  private static double ssim(byte[] a, byte[] b, int width, int height) {
    double total = 0;
    int windows = 0;
    for (int y = 0; y + 8 <= height; y += 8) {
      for (int x = 0; x + 8 <= width; x += 8) {
        double sa = 0;
        double sb = 0;
        double saa = 0;
        double sbb = 0;
        double sab = 0;
        for (int i = 0; i < 64; i++) {
          int at = ((y + i / 8) * width + x + i % 8) * 3 + 1;
          int va = a[at] & 255;
          int vb = b[at] & 255;
          sa += va;
          sb += vb;
          saa += va * va;
          sbb += vb * vb;
          sab += va * vb;
        }
        double ma = sa / 64;
        double mb = sb / 64;
        double c1 = 6.5025;
        double c2 = 58.5225;
        total +=
            (2 * ma * mb + c1)
                * (2 * (sab / 64 - ma * mb) + c2)
                / ((ma * ma + mb * mb + c1) * (saa / 64 - ma * ma + sbb / 64 - mb * mb + c2));
        windows++;
      }
    }
    return windows == 0 ? 1 : total / windows;
  }
}
