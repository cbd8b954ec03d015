package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.shard.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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

  Sources(JavaSparkContext spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  SourceTable look(List<CatalogueEntry> entries) {
    String from = root;
    HashMap<String, String> hadoop = values(spark.hadoopConfiguration());
    spark.setJobGroup("prep", "look at " + entries.size() + " videos in " + root, false);
    try {
      List<long[]> found =
          spark
              .parallelize(entries, 1 + entries.size() / PER_TASK)
              .mapPartitions(part -> List.of(look(from, part, hadoop)).iterator())
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
      String root, Iterator<CatalogueEntry> entries, HashMap<String, String> hadoop)
      throws IOException {
    Configuration configuration = PrepTask.configuration(hadoop);
    LongStream.Builder found = LongStream.builder();
    while (entries.hasNext()) {
      for (long value : look(LocalCopy.source(root, entries.next()), configuration)) {
        found.add(value);
      }
    }
    return found.build().toArray();
  }

  private static long[] look(Path file, Configuration configuration) throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    try {
      FileStatus status = files.getFileStatus(file);
      return new long[] {status.getLen(), status.getModificationTime()};
    } catch (FileNotFoundException e) {
      return SourceTable.missing();
    } catch (IOException e) {
      throw StorageException.of("read", file, e);
    }
  }

  /** Hadoop's settings in a form that travels to executors. */
  static HashMap<String, String> values(Configuration configuration) {
    HashMap<String, String> values = new HashMap<>();
    for (Map.Entry<String, String> entry : configuration) {
      values.put(entry.getKey(), entry.getValue());
    }
    return values;
  }
}
