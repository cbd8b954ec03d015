package io.multigrid.prep;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Split;
import io.multigrid.shard.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prepares a data set: decodes each video of a catalogue once, resamples it to every grid, writes
 * shards, and commits a manifest when all of them are there. What an earlier run left unfinished is
 * removed first; what was committed stays until the new manifest stands.
 */
public final class PrepJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JavaSparkContext spark;
  private final PrepSettings settings;
  private final Catalogue catalogue;
  private final String root;
  private final Path out;

  /**
   * @param root folder that the catalogue's paths are relative to
   * @param out folder of the data set
   */
  public PrepJob(
      JavaSparkContext spark, PrepSettings settings, Catalogue catalogue, String root, String out) {
    this.spark = spark;
    this.settings = settings;
    this.catalogue = catalogue;
    this.root = root;
    this.out = new Path(out);
  }

  public PrepResult execute() throws IOException {
    long start = System.nanoTime();
    FileSystem files = out.getFileSystem(spark.hadoopConfiguration());
    int revision = 1 + committed(files);
    clean(files, revision);
    List<PrepTask.Done> parts = run(revision);

    List<Quarantined> quarantined = new ArrayList<>();
    parts.forEach(part -> quarantined.addAll(part.quarantined()));
    writeQuarantine(files, quarantined);
    Optional<Manifest> manifest = Optional.empty();
    int videos = catalogue.entries().size();
    if (quarantined.size() <= settings.maxQuarantine() * videos && quarantined.size() < videos) {
      Manifest committed = manifest(revision, parts, quarantined.size());
      committed.commit(files, out);
      manifest = Optional.of(committed);
    } else {
      files.delete(new Path(out, Manifest.shardFolder(revision)), true);
    }
    long frames = parts.stream().mapToLong(PrepTask.Done::decodedFrames).sum();
    PrepResult result =
        new PrepResult(videos, quarantined, manifest, frames, (System.nanoTime() - start) / 1e9);
    writeReport(files, result);
    return result;
  }

  private int committed(FileSystem files) throws IOException {
    try {
      return Manifest.read(files, out).revision();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  /** Shards of this or a later revision were never committed: a run was stopped. */
  private void clean(FileSystem files, int revision) throws IOException {
    Path shards = new Path(out, "shards");
    if (!files.exists(shards)) {
      return;
    }
    for (FileStatus folder : files.listStatus(shards)) {
      String name = folder.getPath().getName();
      if (name.matches("\\d+") && Integer.parseInt(name) >= revision) {
        files.delete(folder.getPath(), true);
      }
    }
  }

  private List<PrepTask.Done> run(int revision) {
    HashMap<String, String> hadoop = new HashMap<>();
    for (Map.Entry<String, String> entry : spark.hadoopConfiguration()) {
      hadoop.put(entry.getKey(), entry.getValue());
    }
    PrepTask task = new PrepTask(root, out.toString(), revision, settings, hadoop);
    // Shuffled, so that every shard has some of every class, and long folders do not end up
    // together.
    List<CatalogueEntry> entries = new ArrayList<>(catalogue.entries());
    java.util.Collections.shuffle(entries, new Random(1));
    int parts =
        Math.max(
            Math.min(entries.size(), spark.defaultParallelism()),
            (entries.size() + settings.videosPerShard() - 1) / settings.videosPerShard());
    spark.setJobGroup("prep", "prepare " + entries.size() + " videos into " + out, false);
    try {
      return spark
          .parallelize(entries, parts)
          .mapPartitionsWithIndex((index, part) -> one(task, index, part), true)
          .collect();
    } finally {
      spark.clearJobGroup();
    }
  }

  private static Iterator<PrepTask.Done> one(
      PrepTask task, int index, Iterator<CatalogueEntry> entries) throws IOException {
    List<CatalogueEntry> list = new ArrayList<>();
    entries.forEachRemaining(list::add);
    return List.of(task.run(index, list)).iterator();
  }

  private Manifest manifest(int revision, List<PrepTask.Done> parts, int quarantined) {
    Map<String, Integer> videos = new TreeMap<>();
    for (Split split : Split.values()) {
      videos.put(split.text(), 0);
    }
    List<Manifest.Grid> grids = new ArrayList<>();
    for (int g = 0; g < settings.grids().size(); g++) {
      List<ShardInfo> shards = new ArrayList<>();
      for (PrepTask.Done part : parts) {
        if (!part.shards().isEmpty()) {
          shards.add(part.shards().get(g));
        }
      }
      grids.add(
          new Manifest.Grid(
              settings.grids().get(g).shortSide(), settings.grids().get(g).fps(), shards));
    }
    parts.forEach(part -> part.videos().forEach((s, n) -> videos.merge(s, n, Integer::sum)));
    return Manifest.of(revision, settings.codec(), catalogue.classes(), videos, quarantined, grids);
  }

  private void writeQuarantine(FileSystem files, List<Quarantined> quarantined) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Quarantined one : quarantined) {
      ObjectNode line = JSON.createObjectNode();
      line.put("path", one.path());
      line.put("reason", one.reason().name());
      line.put("detail", one.detail());
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    Storage.write(
        files,
        new Path(out, "quarantine.jsonl"),
        lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void writeReport(FileSystem files, PrepResult result) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("videos", result.videos());
    report.put("quarantined", result.quarantined().size());
    report.put("decodedFrames", result.decodedFrames());
    report.put("seconds", result.seconds());
    ObjectNode reasons = report.putObject("reasons");
    for (Reason reason : Reason.values()) {
      long count = result.quarantined().stream().filter(q -> q.reason() == reason).count();
      if (count > 0) {
        reasons.put(reason.name(), count);
      }
    }
    result
        .manifest()
        .ifPresent(
            manifest -> {
              report.put("revision", manifest.revision());
              ObjectNode grids = report.putObject("bytesByGrid");
              for (Manifest.Grid grid : manifest.grids()) {
                grids.put(
                    grid.stored().name(), grid.shards().stream().mapToLong(ShardInfo::bytes).sum());
              }
            });
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report);
    Storage.write(files, new Path(out, "report.json"), json);
  }

  /** What a person reads at the end. */
  public static String summary(PrepResult result) {
    return String.format(
        Locale.ROOT,
        "%d videos, %d quarantined, %d frames decoded in %.1f s",
        result.videos(),
        result.quarantined().size(),
        result.decodedFrames(),
        result.seconds());
  }
}
