package io.multigrid.prep;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.config.Settings;
import io.multigrid.shard.Checksum;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** What tests of preparation share. */
public final class PrepFixture {
  private PrepFixture() {}

  public static JavaSparkContext spark(String name) {
    return spark(name, 2);
  }

  public static JavaSparkContext spark(String name, int cores) {
    SparkConf conf = new SparkConf().setMaster("local[" + cores + "]").setAppName(name);
    conf.set("spark.ui.enabled", "false").set("spark.driver.bindAddress", "127.0.0.1");
    JavaSparkContext spark = new JavaSparkContext(conf.set("spark.driver.host", "127.0.0.1"));
    spark.setLogLevel("ERROR");
    return spark;
  }

  /** A job that failed leaves its other tasks to end by themselves. */
  public static void awaitIdle(JavaSparkContext spark) throws InterruptedException {
    while (Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
        .anyMatch(executor -> executor.numRunningTasks() > 0)) {
      Thread.sleep(20);
    }
  }

  /** Small grids, and no video left out. */
  public static Settings settings() {
    return Settings.reference()
        .with("clip.crop", 32)
        .with("clip.jitter", List.of(36, 40))
        .with("prep.max-quarantine", 0.0);
  }

  /** Frame i is grey, 8 levels brighter for every fifteenth of a second. */
  public static void render(Path file, int width, int height, double fps, int frames)
      throws IOException {
    Files.createDirectories(file.getParent());
    try (VideoEncoder encoder = new VideoEncoder(file, width, height, fps)) {
      for (int i = 0; i < frames; i++) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) Math.round(i / fps * 15 * 8));
        encoder.frame(rgb);
      }
    }
  }

  /** Every video with its split, label, size, and a checksum of its pixels on every grid. */
  public static Map<String, String> content(String dataset, Configuration hadoop)
      throws IOException {
    Dataset data = Dataset.open(dataset, hadoop);
    Map<String, String> content = new TreeMap<>();
    for (var grid : data.grids()) {
      try (ClipReader reader = data.reader(grid, hadoop)) {
        for (Split split : Split.values()) {
          for (int v = 0; v < data.size(split); v++) {
            var entry = data.video(split, v);
            int[] all = new int[entry.frames(0)];
            Arrays.setAll(all, f -> f);
            Frames frames = reader.read(split, v, all);
            int bytes = frames.count() * frames.width() * frames.height() * 3;
            content.put(
                grid.name() + " " + split + " " + v + " " + entry.path(),
                "%d %dx%dx%d %08x"
                    .formatted(
                        entry.label(),
                        frames.count(),
                        frames.height(),
                        frames.width(),
                        Checksum.crc32c(frames.rgb(), 0, bytes)));
          }
        }
      }
    }
    return content;
  }
}
