package io.multigrid.train.feed;

import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;

/** One clip reader for each thread and stored grid; all are closed together. */
final class Readers implements AutoCloseable {
  private final Dataset data;
  private final Configuration hadoop;
  private final List<ClipReader> all = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Map<StoredGrid, ClipReader>> mine =
      ThreadLocal.withInitial(HashMap::new);

  Readers(Dataset data, Configuration hadoop) {
    this.data = data;
    this.hadoop = hadoop;
  }

  ClipReader get(StoredGrid grid) throws IOException {
    Map<StoredGrid, ClipReader> readers = mine.get();
    ClipReader reader = readers.get(grid);
    if (reader == null) {
      reader = data.reader(grid, hadoop);
      readers.put(grid, reader);
      all.add(reader);
    }
    return reader;
  }

  /** Closes the calling thread's reader of a grid, after which {@link #get} makes another. */
  void drop(StoredGrid grid) {
    ClipReader reader = mine.get().remove(grid);
    if (reader != null) {
      all.remove(reader);
      close(reader);
    }
  }

  /** Not while another thread reads: what its reader decodes with is freed. */
  @Override
  public void close() {
    all.forEach(Readers::close);
  }

  private static void close(ClipReader reader) {
    try {
      reader.close();
    } catch (Exception e) {
      // Nothing was written, and nobody reads from it again.
    }
  }
}
