package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.shard.Source;
import io.multigrid.shard.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Looks which files of a catalogue are there, how long they are and when they were changed. */
final class Sources {
  private static final int PER_TASK = 2000;
  private static final long MISSING = -1;

  private final JavaSparkContext spark;
  private final String root;

  Sources(JavaSparkContext spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  /** In the order of the entries; empty where there is no file. */
  List<Optional<Source>> look(List<CatalogueEntry> entries) {
    String from = root;
    HashMap<String, String> hadoop = values(spark.hadoopConfiguration());
    spark.setJobGroup("prep", "look at " + entries.size() + " videos in " + root, false);
    try {
      List<Source> found =
          spark
              .parallelize(entries, 1 + entries.size() / PER_TASK)
              .mapPartitions(part -> look(from, part, hadoop))
              .collect();
      return found.stream()
          .map(source -> source.bytes() == MISSING ? Optional.<Source>empty() : Optional.of(source))
          .toList();
    } finally {
      spark.clearJobGroup();
    }
  }

  private static Iterator<Source> look(
      String root, Iterator<CatalogueEntry> entries, HashMap<String, String> hadoop)
      throws IOException {
    Configuration configuration = PrepTask.configuration(hadoop);
    List<Source> sources = new ArrayList<>();
    while (entries.hasNext()) {
      Path file = LocalCopy.source(root, entries.next());
      FileSystem files = file.getFileSystem(configuration);
      try {
        FileStatus status = files.getFileStatus(file);
        sources.add(new Source(status.getLen(), status.getModificationTime()));
      } catch (FileNotFoundException e) {
        sources.add(new Source(MISSING, 0));
      } catch (IOException e) {
        throw StorageException.of("read", file, e);
      }
    }
    return sources.iterator();
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
