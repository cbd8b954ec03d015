package io.multigrid.prep.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.ConfigurationException;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.Decoders;
import io.multigrid.prep.report.PrepChanges;
import io.multigrid.prep.report.PrepReport;
import io.multigrid.prep.report.PrepReportPage;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.SameFiles;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.OutputFolder;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    OutputFolder.check(files, out, "--out");
    try (Heartbeat heartbeat = new Heartbeat(files, out)) {
      return run(files, new Publication(files, out, heartbeat));
    }
  }

  private PrepResult run(FileSystem files, Publication publication) throws IOException {
    Inventory inventory = Inventory.read(files, out, settings);
    List<CatalogueEntry> entries = catalogue.entries();
    SourceTable sources = new Sources(spark, root, settings.storagePatience()).look(entries);
    List<SameFiles> same = sameContent(entries, sources);
    try (Assembly assembly = new Assembly(settings.grids())) {
      Work work = new Work(root, settings, entries, sources, assembly);
      work.sort(inventory);
      long frames = 0;
      boolean hopeless = hopeless(work);
      if (!hopeless) {
        for (Part.Done part : decode(work.todo())) {
          work.add(Part.read(files, out, part));
          frames += part.frames();
        }
      }
      int prepared = hopeless ? 0 : work.todo().size();
      PrepChanges changes = new PrepChanges(work.kept(), work.resumed(), prepared, work.removed());
      work.leftOut().sort(Comparator.comparing(one -> one.video().path()));
      Verdicts.writeForPeople(files, out, work.leftOut());
      Optional<Manifest> manifest = Optional.empty();
      if (!hopeless(work) && assembly.videos().size() > 0) {
        manifest = Optional.of(commit(publication, inventory, assembly, work.leftOut()));
        tidy(publication);
      }
      PrepResult result =
          new PrepResult(
              entries.size(),
              work.leftOut().stream().map(Part.LeftOut::video).toList(),
              same,
              manifest,
              changes,
              frames,
              (System.nanoTime() - start) / 1e9);
      report(files, result, assembly.videos());
      return result;
    }
  }

  private List<SameFiles> sameContent(List<CatalogueEntry> entries, SourceTable sources) {
    List<SameFiles> same = new SameContent(spark, root).find(entries, sources);
    if (settings.refuseSameContent()) {
      SameContent.refuse(root, same);
    }
    same.stream().limit(TOLD_GROUPS).forEach(group -> notices.accept(group.text()));
    if (same.size() > TOLD_GROUPS) {
      notices.accept(
          "and %s more files with copies, see report.json".formatted(same.size() - TOLD_GROUPS));
    }
    return same;
  }

  private List<Part.Done> decode(List<Todo> todo) {
    if (todo.isEmpty()) {
      return List.of();
    }
    PrepTask task =
        new PrepTask(
            root, out.toString(), settings, HadoopSettings.of(spark.hadoopConfiguration()));
    String what = "decode " + todo.size() + " videos into " + out;
    return new PartRunner(spark, what, settings.videosPerShard()).run(task, todo, start, progress);
  }

  private void report(FileSystem files, PrepResult result, Iterable<StoredVideo> videos)
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

  /** What is left over costs room, and no commit. */
  private void tidy(Publication publication) {
    try {
      publication.tidy(settings);
    } catch (IOException e) {
      notices.accept("what is left over stays until the next preparation: " + e.getMessage());
    }
  }

  /** Is too much left out? What is known of before a frame is decoded may be. */
  private boolean hopeless(Work work) {
    return work.leftOut().size() > settings.maxQuarantine() * catalogue.entries().size();
  }

  /** A new revision, unless nothing is different from the committed one. */
  private Manifest commit(
      Publication publication, Inventory inventory, Assembly assembly, List<Part.LeftOut> leftOut)
      throws IOException {
    if (inventory.manifest().isPresent()) {
      Manifest before = inventory.manifest().get();
      if (inventory.complete()
          && before.classes().equals(catalogue.classes())
          && before.quarantined() == leftOut.size()
          && PrepSettings.fingerprint(before).equals(settings.fingerprint())
          && inventory.lists(assembly.videos())) {
        publication.keepVerdicts(before, leftOut);
        return before;
      }
    }
    Manifest.Content content =
        assembly.content(inventory.revision(), settings, catalogue.classes(), leftOut.size());
    int committed = inventory.manifest().map(Manifest::revision).orElse(0);
    return publication.publish(committed, content, assembly.videos(), leftOut);
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
