package io.multigrid.prep.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.ConfigurationException;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.Decoders;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.PrepChanges;
import io.multigrid.prep.report.PrepReport;
import io.multigrid.prep.report.PrepReportPage;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.prep.report.SameFiles;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.ListedVideo;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.Source;
import io.multigrid.shard.Storage;
import io.multigrid.shard.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prepares a data set, or brings one up to date: decodes each video of a catalogue that is not
 * there yet, resamples it to every grid, writes shards, and commits a manifest when all of them are
 * there. It may be killed at any moment: readers keep the last committed manifest, and the next run
 * goes on from the parts that were finished.
 */
public final class PrepJob {
  private static final int TOLD_GROUPS = 20;

  private final JavaSparkContext spark;
  private final PrepSettings settings;
  private final Catalogue catalogue;
  private final String root;
  private final Path out;
  private final long start = System.nanoTime();
  private Consumer<PrepProgress> progress = ignored -> {};
  private Consumer<String> notices = ignored -> {};

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

  /** Tells somebody how far it is, whenever a part is finished; who listens must not use Spark. */
  public PrepJob onProgress(Consumer<PrepProgress> listener) {
    progress = listener;
    return this;
  }

  /** Tells somebody what is wrong with the videos, before a frame is decoded. */
  public PrepJob onNotice(Consumer<String> listener) {
    notices = listener;
    return this;
  }

  /**
   * @throws ConfigurationException if files have the same content and that is refused
   * @throws StorageException if files cannot be written; what is finished is kept for the next run
   */
  public PrepResult execute() throws IOException {
    try {
      return run();
    } catch (Exception e) {
      // Spark's own exceptions are checked but not declared.
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof StorageException known) {
          throw known;
        }
      }
      if (e instanceof NotCommittedException known) {
        throw known;
      }
      if (e instanceof SparkException) {
        throw new IOException("Preparation of " + out + " failed: " + e.getMessage(), e);
      }
      if (e instanceof IOException io) {
        throw StorageException.of("write", out, io);
      }
      throw e;
    } finally {
      Decoders.closeIdle();
    }
  }

  private PrepResult run() throws IOException {
    FileSystem files = out.getFileSystem(spark.hadoopConfiguration());
    try (Heartbeat heartbeat = new Heartbeat(files, out)) {
      return run(files, new Publication(files, out, heartbeat));
    }
  }

  private PrepResult run(FileSystem files, Publication publication) throws IOException {
    Inventory inventory = Inventory.read(files, out, settings);
    Sorted sorted = sort(inventory);
    List<Part> parts = hopeless(sorted) ? List.of() : decode(sorted.todo);

    Map<String, CatalogueEntry> byName = new HashMap<>();
    sorted.todo.forEach(one -> byName.put(one.entry().name(), one.entry()));
    long frames = 0;
    for (Part part : parts) {
      for (int record = 0; record < part.videos().size(); record++) {
        Part.Video video = part.videos().get(record);
        sorted.assembly.add(byName.get(video.path()), part, record);
        frames += video.facts().frames();
      }
      sorted.leftOut.addAll(part.quarantined());
    }
    int prepared = parts.isEmpty() ? 0 : sorted.todo.size();
    return commit(files, publication, inventory, sorted, prepared, frames);
  }

  /** The catalogue, sorted by what has to be done. */
  private final class Sorted {
    final Assembly assembly = new Assembly(settings.grids());
    final List<Todo> todo = new ArrayList<>();
    final List<Part.LeftOut> leftOut = new ArrayList<>();
    final List<SameFiles> same;
    int kept;
    int resumed;

    Sorted(List<SameFiles> same) {
      this.same = same;
    }

    void add(CatalogueEntry entry, Optional<Source> there, Inventory inventory) {
      if (there.isEmpty()) {
        String detail = "there is no file " + LocalCopy.source(root, entry);
        leftOut(null, new Quarantined(entry.name(), Reason.NOT_FOUND, detail, 1));
        return;
      }
      Source source = there.get();
      Optional<ListedVideo> listed = inventory.listed(entry.name(), source);
      Optional<Inventory.Finished> finished = inventory.finished(entry.name(), source);
      Optional<Quarantined> verdict = inventory.leftOut(entry.name(), source);
      if (listed.isPresent()) {
        assembly.keep(entry, listed.get(), inventory.shards(listed.get()));
        kept++;
      } else if (finished.isPresent()) {
        assembly.add(entry, finished.get().part(), finished.get().record());
        resumed++;
      } else if (verdict.isPresent() && !settings.retryQuarantined()) {
        leftOut(source, verdict.get());
      } else {
        todo.add(new Todo(entry, source));
      }
    }

    private void leftOut(Source source, Quarantined verdict) {
      leftOut.add(new Part.LeftOut(source, verdict));
    }
  }

  private Sorted sort(Inventory inventory) {
    List<CatalogueEntry> entries = catalogue.entries();
    List<Optional<Source>> sources = new Sources(spark, root).look(entries);
    List<SameFiles> same = new SameContent(spark, root).find(entries, sources);
    if (settings.refuseSameContent()) {
      SameContent.refuse(root, same);
    }
    same.stream().limit(TOLD_GROUPS).forEach(group -> notices.accept(group.text()));
    if (same.size() > TOLD_GROUPS) {
      notices.accept(
          "and %d more files with copies, see report.json".formatted(same.size() - TOLD_GROUPS));
    }
    Sorted sorted = new Sorted(same);
    for (int i = 0; i < entries.size(); i++) {
      sorted.add(entries.get(i), sources.get(i), inventory);
    }
    return sorted;
  }

  private List<Part> decode(List<Todo> todo) {
    if (todo.isEmpty()) {
      return List.of();
    }
    PrepTask task =
        new PrepTask(root, out.toString(), settings, Sources.values(spark.hadoopConfiguration()));
    String what = "decode " + todo.size() + " videos into " + out;
    return new PartRunner(spark, what, settings.videosPerShard()).run(task, todo, start, progress);
  }

  private PrepResult commit(
      FileSystem files,
      Publication publication,
      Inventory inventory,
      Sorted sorted,
      int prepared,
      long frames)
      throws IOException {
    List<Part.LeftOut> leftOut = sorted.leftOut;
    leftOut.sort(Comparator.comparing(one -> one.video().path()));
    List<ListedVideo> videos = sorted.assembly.videos();
    Verdicts.writeForPeople(files, out, leftOut);
    int all = catalogue.entries().size();
    Optional<Manifest> manifest = Optional.empty();
    if (leftOut.size() <= settings.maxQuarantine() * all && !videos.isEmpty()) {
      manifest = Optional.of(commit(publication, inventory, sorted.assembly, videos, leftOut));
      publication.tidy(settings);
    }
    PrepResult result =
        new PrepResult(
            all,
            leftOut.stream().map(Part.LeftOut::video).toList(),
            sorted.same,
            manifest,
            new PrepChanges(sorted.kept, sorted.resumed, prepared, removed(inventory)),
            frames,
            (System.nanoTime() - start) / 1e9);
    report(files, result, videos);
    return result;
  }

  private void report(FileSystem files, PrepResult result, List<ListedVideo> videos)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode report = PrepReport.of(result, videos, catalogue.classes());
    Storage.write(
        files,
        new Path(out, "report.json"),
        json.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    Optional<Dataset> data =
        result.manifest().isPresent()
            ? Optional.of(Dataset.open(out.toString(), spark.hadoopConfiguration()))
            : Optional.empty();
    String page =
        PrepReportPage.of(
            out.toString(), report, result.quarantined(), data, spark.hadoopConfiguration());
    Storage.write(files, new Path(out, "report.html"), page.getBytes(StandardCharsets.UTF_8));
  }

  /** What is known to be left out before a frame is decoded may be too much already. */
  private boolean hopeless(Sorted sorted) {
    return sorted.leftOut.size() > settings.maxQuarantine() * catalogue.entries().size();
  }

  /** A new revision, unless nothing is different from the committed one. */
  private Manifest commit(
      Publication publication,
      Inventory inventory,
      Assembly assembly,
      List<ListedVideo> videos,
      List<Part.LeftOut> leftOut)
      throws IOException {
    if (inventory.manifest().isPresent()) {
      Manifest before = inventory.manifest().get();
      if (inventory.complete()
          && unplaced(inventory.committed()).equals(unplaced(videos))
          && before.classes().equals(catalogue.classes())
          && before.quarantined() == leftOut.size()
          && PrepSettings.fingerprint(before).equals(settings.fingerprint())) {
        return before;
      }
    }
    Manifest.Content content =
        assembly.content(inventory.revision(), settings, catalogue.classes(), leftOut.size());
    int committed = inventory.manifest().map(Manifest::revision).orElse(0);
    return publication.publish(committed, content, videos, leftOut);
  }

  /** Records as they are, wherever the manifest counts their shards. */
  private static List<ListedVideo> unplaced(List<ListedVideo> videos) {
    return videos.stream().map(ListedVideo::unplaced).toList();
  }

  private int removed(Inventory inventory) {
    Set<String> names = new HashSet<>();
    catalogue.entries().forEach(entry -> names.add(entry.name()));
    return (int)
        inventory.committed().stream().filter(video -> !names.contains(video.path())).count();
  }

  /** What a person reads at the end. */
  public static String summary(PrepResult result) {
    PrepChanges changes = result.changes();
    return String.format(
        Locale.ROOT,
        "%d videos: %d kept, %d finished by an earlier run, %d decoded now (%d frames in %.1f s), %d removed; %d quarantined",
        result.videos(),
        changes.kept(),
        changes.resumed(),
        changes.prepared(),
        result.decodedFrames(),
        result.seconds(),
        changes.removed(),
        result.quarantined().size());
  }
}
