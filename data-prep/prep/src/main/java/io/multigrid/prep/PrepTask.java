package io.multigrid.prep;

import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.VideoEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The work of one partition: its videos into one shard a grid, in the same order in each. */
record PrepTask(
    String root, String out, int revision, PrepSettings settings, HashMap<String, String> hadoop)
    implements Serializable {

  /** What a partition did; no shards if it had no usable video. */
  record Done(
      List<ShardInfo> shards,
      Map<String, Integer> videos,
      List<Quarantined> quarantined,
      long decodedFrames)
      implements Serializable {}

  /** A video in memory: the bytes of its frames on every grid. */
  private static final class Encoded implements FrameSink, AutoCloseable {
    private final FrameCodec codec;
    private final int quality;
    private final List<List<byte[]>> frames = new ArrayList<>();
    private final int[][] sizes;
    private final FrameCodec.Encoder[] encoders;

    Encoded(PrepSettings settings) {
      this.codec = FrameCodec.byName(settings.codec());
      this.quality = settings.quality();
      int grids = settings.grids().size();
      this.sizes = new int[grids][];
      this.encoders = new FrameCodec.Encoder[grids];
      for (int g = 0; g < grids; g++) {
        frames.add(new ArrayList<>());
      }
    }

    /** A video whose size changes keeps the size that it began with only if the shape stays. */
    @Override
    public void frame(int grid, int width, int height, byte[] rgb) {
      if (encoders[grid] == null) {
        encoders[grid] = codec.encoder(width, height, quality);
        sizes[grid] = new int[] {width, height};
      }
      if (sizes[grid][0] != width || sizes[grid][1] != height) {
        return;
      }
      frames.get(grid).add(encoders[grid].encode(rgb, 0));
    }

    @Override
    public void close() {
      for (FrameCodec.Encoder encoder : encoders) {
        if (encoder != null) {
          encoder.close();
        }
      }
    }
  }

  Done run(int partition, List<CatalogueEntry> entries) throws IOException {
    Configuration configuration = new Configuration(false);
    hadoop.forEach(configuration::set);
    Path target = new Path(out);
    FileSystem files = target.getFileSystem(configuration);
    List<ShardWriter> writers = new ArrayList<>();
    try {
      for (StoredGrid grid : settings.grids()) {
        String file =
            "%s/%s/part-%05d.mgs".formatted(Manifest.shardFolder(revision), grid.name(), partition);
        writers.add(new ShardWriter(files, target, file, grid, settings.codec()));
      }
      return append(entries, writers, configuration);
    } finally {
      for (ShardWriter writer : writers) {
        writer.close();
      }
    }
  }

  private Done append(
      List<CatalogueEntry> entries, List<ShardWriter> writers, Configuration configuration)
      throws IOException {
    Map<String, Integer> videos = new HashMap<>();
    List<Quarantined> quarantined = new ArrayList<>();
    long decoded = 0;
    for (CatalogueEntry entry : entries) {
      try (Encoded encoded = new Encoded(settings)) {
        VideoInfo info = decode(entry, encoded, configuration);
        decoded += info.decoded();
        for (int g = 0; g < writers.size(); g++) {
          writers.get(g).append(video(entry, info, encoded, g), encoded.frames.get(g));
        }
        videos.merge(entry.split().text(), 1, Integer::sum);
      } catch (UnusableVideoException e) {
        quarantined.add(new Quarantined(entry.path(), e.reason(), e.getMessage()));
      }
    }
    List<ShardInfo> shards = new ArrayList<>();
    if (!videos.isEmpty()) {
      for (ShardWriter writer : writers) {
        shards.add(writer.finish());
      }
    }
    return new Done(shards, videos, quarantined, decoded);
  }

  private static VideoEntry video(CatalogueEntry entry, VideoInfo info, Encoded encoded, int grid) {
    return new VideoEntry(
        entry.path(),
        entry.label(),
        entry.split(),
        encoded.sizes[grid][0],
        encoded.sizes[grid][1],
        encoded.frames.get(grid).size(),
        info.durationSeconds());
  }

  private VideoInfo decode(CatalogueEntry entry, FrameSink sink, Configuration configuration)
      throws IOException, UnusableVideoException {
    Path source = new Path(new Path(root), new Path(null, null, "./" + entry.path()));
    FileSystem files = source.getFileSystem(configuration);
    FileStatus status;
    try {
      status = files.getFileStatus(source);
    } catch (FileNotFoundException e) {
      throw new UnusableVideoException(Reason.NOT_FOUND, "there is no file " + source);
    }
    if (status.isDirectory()) {
      throw new UnusableVideoException(Reason.NOT_A_VIDEO, source + " is a folder");
    }
    if (status.getLen() == 0) {
      throw new UnusableVideoException(Reason.EMPTY_FILE, "the file has 0 bytes");
    }
    boolean local = source.getFileSystem(configuration).getScheme().equals("file");
    java.nio.file.Path file =
        local
            ? java.nio.file.Path.of(Path.getPathWithoutSchemeAndAuthority(source).toString())
            : Files.createTempFile("multigrid-video", ".tmp");
    try (VideoDecoder decoder =
        new VideoDecoder(settings.grids(), sink, settings.timeLimitSeconds())) {
      if (!local) {
        try (var in = files.open(source);
            var copy = Files.newOutputStream(file)) {
          in.transferTo(copy);
        }
      }
      return decoder.decode(file);
    } finally {
      if (!local) {
        Files.deleteIfExists(file);
      }
    }
  }
}
