package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Looks which files of a catalogue are there, how long they are and when they were changed. */
final class Sources {
  private static final int PER_TASK = 2000;

  private final JavaSparkContext spark;
  private final String root;
  private final Patience patience;

  /**
   * @param patience with storage that does not answer
   */
  Sources(JavaSparkContext spark, String root, Patience patience) {
    this.spark = spark;
    this.root = root;
    this.patience = patience;
  }

  SourceTable look(List<CatalogueEntry> entries) {
    String from = root;
    Patience each = patience;
    HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
    spark.setJobGroup("prep", "look at " + entries.size() + " videos in " + root, false);
    try {
      List<long[]> found =
          spark
              .parallelize(entries, 1 + entries.size() / PER_TASK)
              .mapPartitions(
                  part -> List.of(look(from, part, hadoop.configuration(), each)).iterator())
              .collect();
      SourceTable sources = new SourceTable(entries.size());
      int first = 0;
      for (long[] part : found) {
        sources.set(first, part);
        first += part.length / 2;
      }
      return sources;
    } finally {
      spark.clearJobGroup();
    }
  }

  /** Lengths and times, in the order of the entries. */
  private static long[] look(
      String root, Iterator<CatalogueEntry> entries, Configuration hadoop, Patience patience)
      throws IOException {
    LongStream.Builder found = LongStream.builder();
    while (entries.hasNext()) {
      Path file = LocalCopy.source(root, entries.next());
      for (long value : look(file.getFileSystem(hadoop), file, patience)) {
        found.add(value);
      }
    }
    return found.build().toArray();
  }

  private static long[] look(FileSystem files, Path file, Patience patience) throws IOException {
    try {
      FileStatus status = patience.of(() -> Storage.status(files, file));
      return new long[] {status.getLen(), status.getModificationTime()};
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      return SourceTable.missing();
    }
  }
}
