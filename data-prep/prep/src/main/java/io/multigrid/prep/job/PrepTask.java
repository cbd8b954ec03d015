package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.TimeSpan;
import io.multigrid.prep.decode.Decoders;
import io.multigrid.prep.decode.Decoding;
import io.multigrid.prep.decode.DecodingProcess;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.decode.SpooledFrames;
import io.multigrid.prep.decode.UnusableVideoException;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.storage.HadoopSettings;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The work of one partition: its videos into one shard a grid, in the same order in each. */
record PrepTask(String root, String out, PrepSettings settings, HadoopSettings hadoop)
    implements Serializable {
  private static final int ATTEMPTS = 2;
  private static final double GRACE_SECONDS = 5;

  Part.Done run(List<Todo> todo) throws IOException, InterruptedException {
    Configuration configuration = hadoop.configuration();
    Path dataset = new Path(out);
    FileSystem files = dataset.getFileSystem(configuration);
    FrameCodec codec = FrameCodec.byName(settings.codec());
    // A name that is used once: two attempts at the same work never write to the same file.
    String folder = Part.FOLDER + "/" + UUID.randomUUID().toString().replace("-", "");
    List<ShardWriter> writers = new ArrayList<>();
    try {
      for (StoredGrid grid : settings.grids()) {
        String file = folder + "/" + grid.name() + ".mgs";
        writers.add(new ShardWriter(files, dataset, file, grid, codec));
      }
      Part part = append(todo, writers, configuration);
      part.write(files, new Path(dataset, folder));
      return part.done(folder);
    } finally {
      for (ShardWriter writer : writers) {
        writer.close();
      }
    }
  }

  private Part append(List<Todo> todo, List<ShardWriter> writers, Configuration configuration)
      throws IOException, InterruptedException {
    List<StoredVideo> videos = new ArrayList<>();
    List<Part.LeftOut> leftOut = new ArrayList<>();
    for (Todo one : todo) {
      try {
        videos.add(append(one, videos.size(), writers, configuration));
      } catch (UnusableVideoException e) {
        leftOut.add(
            new Part.LeftOut(
                one.source(),
                new Quarantined(one.entry().name(), e.reason(), e.getMessage(), e.attempts()),
                settings.timeLimitSeconds(),
                one.runs() + 1));
      }
    }
    List<ShardInfo> shards = new ArrayList<>();
    if (!videos.isEmpty()) {
      for (ShardWriter writer : writers) {
        shards.add(writer.finish());
      }
    }
    return new Part(settings.fingerprint(), shards, videos, leftOut);
  }

  private StoredVideo append(
      Todo one, int record, List<ShardWriter> writers, Configuration configuration)
      throws IOException, UnusableVideoException, InterruptedException {
    if (one.source().bytes() == 0) {
      throw new UnusableVideoException(Reason.EMPTY_FILE, "the file has 0 bytes");
    }
    try (LocalCopy local =
        LocalCopy.of(root, one.entry(), configuration, settings.storagePatience())) {
      for (int attempt = 1; ; attempt++) {
        DecodingProcess process = Decoders.borrow();
        try {
          StoredVideo video = append(one, record, local.file(), process, writers);
          Decoders.giveBack(process);
          return video;
        } catch (UnusableVideoException e) {
          Decoders.giveBack(process);
          throw e;
        } catch (DecodingProcess.Lost e) {
          process.close();
          // What takes too long takes too long again; what crashed may have been bad luck.
          if (attempt == ATTEMPTS || e.reason() == Reason.TIMEOUT) {
            throw new UnusableVideoException(e.reason(), e.getMessage(), attempt);
          }
        } catch (IOException | RuntimeException | InterruptedException e) {
          process.close();
          throw e;
        }
      }
    }
  }

  private StoredVideo append(
      Todo one,
      int record,
      java.nio.file.Path file,
      DecodingProcess process,
      List<ShardWriter> writers)
      throws IOException, UnusableVideoException, InterruptedException, DecodingProcess.Lost {
    TimeSpan span = one.entry().span();
    Decoding.Request request =
        new Decoding.Request(
            file.toString(),
            span == null ? 0 : span.start(),
            span == null ? 0 : span.end(),
            settings.grids().stream().map(Decoding.Grid::of).toList(),
            settings.codec(),
            settings.quality(),
            settings.timeLimitSeconds(),
            process.folder().toString());
    Decoding.Reply reply = process.decode(request, settings.timeLimitSeconds() + GRACE_SECONDS);
    if (reply.reason() != null) {
      throw new UnusableVideoException(reply.reason(), reply.detail());
    }
    Decoding.Found found = reply.found();
    List<Long> offsets = new ArrayList<>();
    List<Integer> frames = new ArrayList<>();
    for (int g = 0; g < writers.size(); g++) {
      Decoding.Stored stored = found.stored().get(g);
      java.nio.file.Path spool = process.folder().resolve(String.valueOf(g));
      offsets.add(
          writers
              .get(g)
              .append(
                  one.entry().name(),
                  stored.width(),
                  stored.height(),
                  found.durationSeconds(),
                  new SpooledFrames(spool, stored.frames())));
      frames.add(stored.frames());
      Files.delete(spool);
    }
    return new StoredVideo(
        one.entry().name(),
        one.entry().labels(),
        one.entry().split(),
        found.stored().get(0).width(),
        found.stored().get(0).height(),
        found.durationSeconds(),
        new StoredVideo.Location(0, record, offsets, frames),
        one.source(),
        found.facts());
  }
}
