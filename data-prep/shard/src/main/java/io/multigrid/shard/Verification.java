package io.multigrid.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads shards byte by byte, each once. */
final class Verification {
  private final Dataset data;
  private final FileSystem files;

  /** Checksums of Hadoop's beside local files are not looked at: they end reading at a damage. */
  Verification(Dataset data, FileSystem files) {
    this.data = data;
    this.files = files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** Damages of a range of shards, grid by grid and in the order of shards. */
  List<String> shards(int from, int to, int processors) throws IOException {
    FrameCodec codec = FrameCodec.byName(data.codec());
    ListedRecords listed = new ListedRecords(data, from, to);
    ExecutorService threads = Executors.newFixedThreadPool(processors, Verification::thread);
    try {
      List<Future<List<String>>> scans = new ArrayList<>();
      List<Manifest.Grid> grids = data.manifest().grids();
      for (int g = 0; g < grids.size(); g++) {
        for (int shard = from; shard < Math.min(to, grids.get(g).shards().size()); shard++) {
          ShardInfo info = grids.get(g).shards().get(shard);
          List<ListedRecords.Record> records = listed.of(shard, g);
          Path file = new Path(data.uri(), info.file());
          scans.add(threads.submit(() -> new ShardScan(files, file, codec).run(info, records)));
        }
      }
      List<String> damages = new ArrayList<>();
      for (Future<List<String>> scan : scans) {
        damages.addAll(scan.get());
      }
      return damages;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while verifying " + data.uri(), e);
    } catch (ExecutionException e) {
      throw new IOException("Cannot verify " + data.uri() + ": " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "verify");
    thread.setDaemon(true);
    return thread;
  }
}
