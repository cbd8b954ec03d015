package io.multigrid.prep.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.report.PrepChanges;
import io.multigrid.prep.report.PrepReport;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoFacts;
import io.multigrid.shard.VideoLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * What a driver does about a preparation of many videos, without videos: parts are there as
 * executors leave them, with empty shards. The first half of them is committed, then all.
 */
final class ManyVideosPrepMain {
  private static final int VIDEOS_PER_PART = 1000;

  private ManyVideosPrepMain() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int videos = Integer.parseInt(arguments[1]);
    PrepSettings settings = PrepSettings.from(PrepFixture.settings());
    List<CatalogueEntry> entries = new ArrayList<>(videos);
    SourceTable sources = new SourceTable(videos);
    List<List<VideoLabel>> labels =
        List.of(List.of(VideoLabel.whole(0)), List.of(VideoLabel.whole(1)));
    for (int v = 0; v < videos; v++) {
      entries.add(new CatalogueEntry(name(v), labels.get(v % 2), Split.TRAIN, null));
      sources.set(v, new long[] {v + 1, 7});
    }
    List<Integer> order = new ArrayList<>(videos);
    for (int v = 0; v < videos; v++) {
      order.add(v);
    }
    Collections.shuffle(order, new Random(2));
    int half = videos / 2;
    parts(folder, settings, order.subList(0, half));
    commit(folder, settings, entries, sources);
    parts(folder, settings, order.subList(half, videos));
    order = null;
    commit(folder, settings, entries, sources);
  }

  static String name(int video) {
    return String.format(Locale.ROOT, "class %04d/video %09d.mp4", video / 20_000, video);
  }

  private static void commit(
      Path folder, PrepSettings settings, List<CatalogueEntry> entries, SourceTable sources)
      throws IOException {
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(folder.toUri());
    FileSystem files = out.getFileSystem(new Configuration());
    long start = System.nanoTime();
    Inventory inventory = Inventory.read(files, out, settings);
    try (Assembly assembly = new Assembly(settings.grids())) {
      Work work = new Work("videos", settings, entries, sources, assembly);
      work.sort(inventory);
      say("kept %d, resumed %d, to do %d", work.kept(), work.resumed(), work.todo().size());
      List<String> classes = List.of("a", "b");
      Manifest manifest =
          Manifest.commit(
              files,
              out,
              assembly.content(inventory.revision(), settings, classes, 0),
              assembly.videos());
      say("listed %d in %d bytes", manifest.list().records(), manifest.list().bytes());
      PrepChanges changes = new PrepChanges(0, 0, 0, 0);
      PrepResult result =
          new PrepResult(
              entries.size(), List.of(), List.of(), Optional.of(manifest), changes, 0, 1);
      say(
          "reported %d bytes",
          new ObjectMapper()
              .writeValueAsBytes(PrepReport.of(result, assembly.videos(), classes))
              .length);
    }
    say("seconds %.1f", (System.nanoTime() - start) / 1e9);
  }

  private static void parts(Path folder, PrepSettings settings, List<Integer> videos)
      throws IOException {
    VideoFacts facts = new VideoFacts("h264", "yuv420p", 320, 240, 30, 60, "");
    for (int first = 0; first < videos.size(); first += VIDEOS_PER_PART) {
      String name = "shards/" + videos.get(first);
      Path part = Files.createDirectories(folder.resolve(name));
      List<ShardInfo> shards = new ArrayList<>();
      for (var grid : settings.grids()) {
        String shard = name + "/" + grid.name() + ".mgs";
        Files.createFile(folder.resolve(shard));
        shards.add(new ShardInfo(shard, VIDEOS_PER_PART, 0, 0));
      }
      List<StoredVideo> stored = new ArrayList<>();
      int end = Math.min(first + VIDEOS_PER_PART, videos.size());
      for (int v : videos.subList(first, end)) {
        stored.add(
            new StoredVideo(
                name(v),
                List.of(),
                Split.TEST,
                17,
                12,
                2,
                new StoredVideo.Location(
                    0,
                    stored.size(),
                    Collections.nCopies(shards.size(), 16L + v),
                    Collections.nCopies(shards.size(), 30)),
                new Source(v + 1, 7),
                facts));
      }
      Part all = new Part(settings.fingerprint(), shards, stored, List.of());
      Files.write(part.resolve(Part.FILE), new ObjectMapper().writeValueAsBytes(all));
    }
  }

  private static void say(String text, Object... values) {
    System.out.println("many: " + String.format(Locale.ROOT, text, values));
  }
}
