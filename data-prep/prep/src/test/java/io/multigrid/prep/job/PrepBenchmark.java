package io.multigrid.prep.job;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.Decoders;
import io.multigrid.prep.decode.Decoding;
import io.multigrid.prep.decode.DecodingProcess;
import io.multigrid.prep.decode.Scratch;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.bytedeco.javacpp.Loader;

/**
 * What preparation costs, as ratios within one run: {@code PrepBenchmark FOLDER} of real videos.
 * Decoding to three grids against the ffmpeg command of the same FFmpeg with one decode and the
 * same encoder settings, one thread each; two cores against one; memory of a decoding process over
 * a thousand 1080p videos; clips a second out of shards.
 */
final class PrepBenchmark {
  private static final List<StoredGrid> GRIDS =
      List.of(new StoredGrid(160, 15), new StoredGrid(226, 15), new StoredGrid(320, 15));
  private static final int QUALITY = 75;
  private static final String PARTS = "ffmpeg,cores,memory";

  private PrepBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    List<Path> videos;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      videos = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path work = Scratch.create();
    try {
      List<String> parts = List.of(System.getProperty("benchmark.parts", PARTS).split(","));
      if (parts.contains("ffmpeg")) {
        againstFfmpeg(videos, "mjpeg", work);
        againstFfmpeg(videos, "h264-8", work);
      }
      if (parts.contains("cores")) {
        cores(Path.of(arguments[0]), work);
        clips(Path.of(arguments[0]), work);
      }
      if (parts.contains("memory")) {
        memory(work, Integer.getInteger("benchmark.videos", 1000));
      }
    } finally {
      Decoders.closeIdle();
      Scratch.delete(work);
    }
  }

  private static void againstFfmpeg(List<Path> videos, String codec, Path work) throws Exception {
    double ours = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    // Processor time, for the command uses several threads; in turns, and the best of each.
    for (int turn = 0; turn < 8; turn++) {
      double before = cpuSeconds();
      for (Path video : videos) {
        decode(video, codec);
      }
      ours = Math.min(ours, cpuSeconds() - before);
      double sum = 0;
      for (Path video : videos) {
        sum += ffmpeg(video, codec, work);
      }
      theirs = Math.min(theirs, sum);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: decoding process %.2f cpu s, ffmpeg command %.2f cpu s, ratio %.2f%n",
        codec,
        ours,
        theirs,
        theirs / ours);
  }

  private static double cpuSeconds() throws IOException {
    DecodingProcess process = Decoders.borrow();
    Decoders.giveBack(process);
    return process.cpuSeconds();
  }

  private static void decode(Path video, String codec) throws Exception {
    DecodingProcess process = Decoders.borrow();
    process.decode(
        new Decoding.Request(
            video.toString(),
            0,
            0,
            GRIDS.stream().map(Decoding.Grid::of).toList(),
            codec,
            QUALITY,
            600,
            process.folder().toString()),
        600);
    Decoders.giveBack(process);
  }

  /** FFmpeg's own program, which needs the libraries of PulseAudio and X11, unlike its decoders. */
  private static String ffmpeg() {
    return Loader.load(org.bytedeco.ffmpeg.ffmpeg.class);
  }

  /**
   * A command that finds FFmpeg's libraries, which lie beside its program; errors go to its output.
   */
  private static ProcessBuilder withFfmpeg(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", Path.of(ffmpeg()).getParent().toString());
    return builder;
  }

  private static double ffmpeg(Path video, String codec, Path work) throws Exception {
    List<String> command = new ArrayList<>();
    // Its own -benchmark leaves out what it spends before the first frame, which is decoding, too.
    command.addAll(List.of("bash", "-c", "TIMEFORMAT='cpu %U %S'; time \"$@\"", "bash", ffmpeg()));
    command.addAll(
        List.of("-v", "error", "-nostdin", "-y", "-threads", "1", "-filter_threads", "1"));
    command.addAll(List.of("-filter_complex_threads", "1", "-i", video.toString()));
    StringBuilder filter = new StringBuilder("[0:v]fps=15,split=3[a0][a1][a2]");
    for (int g = 0; g < GRIDS.size(); g++) {
      int side = GRIDS.get(g).shortSide();
      filter.append(
          ";[a%d]scale=w='if(lt(iw,ih),%d,-2)':h='if(lt(iw,ih),-2,%d)':flags=bilinear[g%d]"
              .formatted(g, side, side, g));
    }
    command.addAll(List.of("-filter_complex", filter.toString()));
    for (int g = 0; g < GRIDS.size(); g++) {
      command.addAll(List.of("-map", "[g" + g + "]", "-an", "-threads", "1"));
      if (codec.equals("mjpeg")) {
        command.addAll(List.of("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "9"));
      } else {
        command.addAll(List.of("-c:v", "libopenh264", "-rc_mode", "quality", "-g", "8"));
        command.addAll(List.of("-qmin", "20", "-qmax", "20", "-b:v", "8M"));
      }
      command.add(work.resolve("g" + g + ".mkv").toString());
    }
    Process process = withFfmpeg(command).start();
    String output = new String(process.getInputStream().readAllBytes(), "UTF-8");
    Matcher times = Pattern.compile("cpu ([\\d.]+) ([\\d.]+)").matcher(output);
    if (process.waitFor() != 0 || !times.find()) {
      throw new IOException("ffmpeg failed on " + video + ": " + output);
    }
    return Double.parseDouble(times.group(1)) + Double.parseDouble(times.group(2));
  }

  private static void cores(Path videos, Path work) throws IOException {
    double[] seconds = new double[3];
    int copies = Integer.getInteger("benchmark.copies", 8);
    Path copied = Files.createDirectory(work.resolve("videos"));
    StringBuilder list = new StringBuilder("path,label\n");
    try (Stream<Path> all = Files.list(videos)) {
      for (Path video : all.sorted().toList()) {
        for (int copy = 0; copy < copies; copy++) {
          String name = copy + "-" + video.getFileName();
          Files.copy(video, copied.resolve(name));
          list.append(name + "," + copy % 2 + "\n");
        }
      }
    }
    Path catalogue = Files.writeString(work.resolve("list.csv"), list);
    for (int cores : new int[] {1, 2}) {
      try (JavaSparkContext spark = PrepFixture.spark("benchmark", cores)) {
        PrepSettings settings =
            PrepSettings.from(
                io.multigrid.config.Settings.reference().with("prep.videos-per-shard", 8));
        long start = System.nanoTime();
        new PrepJob(
                spark,
                settings,
                Catalogue.read(catalogue.toString(), 0, spark.hadoopConfiguration()),
                copied.toString(),
                work.resolve("data" + cores).toString())
            .execute();
        seconds[cores] = (System.nanoTime() - start) / 1e9;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "whole job: one core %.1f s, two cores %.1f s, ratio %.2f%n",
        seconds[1],
        seconds[2],
        seconds[1] / seconds[2]);
  }

  /**
   * Random clips of 8, 16 and 32 frames, decoded to RGB at the stored size: from shards, and from
   * the videos by what of PyAV, torchcodec and decord Python finds.
   */
  private static void clips(Path videos, Path work) throws IOException, InterruptedException {
    Map<Integer, Double> ours = clips(work);
    List<String> command =
        List.of("python3", "src/test/python/clip_benchmark.py", videos.toString(), "10");
    // torchcodec needs FFmpeg's libraries.
    Process process = withFfmpeg(command).start();
    for (String line : process.inputReader().lines().toList()) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[1].matches("\\d+")) {
        double theirs = Double.parseDouble(words[2]);
        double ratio = ours.get(Integer.parseInt(words[1])) / theirs;
        System.out.printf(
            Locale.ROOT, "%s %s: %.1f clips/s, ratio %.1f%n", words[0], words[1], theirs, ratio);
      } else {
        System.out.println(line);
      }
    }
    process.waitFor();
  }

  private static Map<Integer, Double> clips(Path work) throws IOException {
    Map<Integer, Double> speeds = new TreeMap<>();
    Configuration hadoop = new Configuration();
    Dataset data = Dataset.open(work.resolve("data2").toString(), hadoop);
    int[] lengths = {8, 16, 32};
    for (int g = 0; g < data.grids().size(); g++) {
      StoredGrid grid = data.grids().get(g);
      int length = lengths[Math.min(g, 2)];
      Random random = new Random(1);
      try (ClipReader reader = data.reader(grid, hadoop)) {
        int clips = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < 3_000_000_000L) {
          int video = random.nextInt(data.size(Split.TRAIN));
          int frames = data.video(Split.TRAIN, video).frames(0);
          int stride =
              Math.max(1, Math.min(1 + random.nextInt(32 / length), (frames - 1) / length));
          int first = random.nextInt(Math.max(1, frames - length * stride));
          int[] wanted = new int[length];
          Arrays.setAll(wanted, i -> Math.min(frames - 1, first + i * stride));
          reader.read(Split.TRAIN, video, wanted);
          clips++;
        }
        double speed = clips / ((System.nanoTime() - start) / 1e9);
        speeds.put(grid.shortSide(), speed);
        System.out.printf(
            Locale.ROOT,
            "shards %s %s: clips of %d frames: %.1f clips/s%n",
            data.manifest().codec(),
            grid.name(),
            length,
            speed);
      }
    }
    return speeds;
  }

  /** What an executor and its decoding process occupy, over a job of 1080p videos. */
  private static void memory(Path work, int videos) throws Exception {
    Path video = work.resolve("1080p.mp4");
    PrepFixture.render(video, 1920, 1080, 30, 8);
    Path folder = Files.createDirectory(work.resolve("many"));
    for (int v = 0; v < videos; v++) {
      Path label = Files.createDirectories(folder.resolve("class" + v % 2));
      Files.createLink(label.resolve(v + ".mp4"), video);
    }
    Decoders.closeIdle();
    try (JavaSparkContext spark = PrepFixture.spark("benchmark", 1)) {
      PrepSettings settings =
          PrepSettings.from(
              io.multigrid.config.Settings.reference().with("prep.videos-per-shard", 16));
      new PrepJob(
              spark,
              settings,
              Catalogue.read(folder.toString(), 0, spark.hadoopConfiguration()),
              folder.toString(),
              work.resolve("data-many").toString())
          .onProgress(progress -> resident(progress.done(), videos))
          .execute();
    }
  }

  private static void resident(int done, int videos) {
    if (done * 10 / videos > (done - 16) * 10 / videos) {
      try {
        DecodingProcess process = Decoders.borrow();
        System.out.printf(
            "after %d videos of 1080p: executor %d MB, decoding process %d MB resident%n",
            done,
            DecodingProcess.residentMegabytes(ProcessHandle.current().pid()),
            process.residentMegabytes());
        Decoders.giveBack(process);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
