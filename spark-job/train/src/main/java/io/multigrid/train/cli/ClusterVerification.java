package io.multigrid.train.cli;

import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.HadoopSettings;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Reads every byte of a data set, some shards a task. */
record ClusterVerification(Dataset data, HadoopSettings hadoop) implements Serializable {
  private static final int SHARDS_PER_TASK = 4;
  private static final int MOST_TASKS = 2000;

  /** Every damage that was found, in words. */
  List<String> run(JavaSparkContext spark) {
    int shards = data.shards();
    int tasks = Math.max(1, Math.min(MOST_TASKS, shards / SHARDS_PER_TASK));
    spark.setJobGroup("verify", "verify " + shards + " shards of each grid", true);
    List<Integer> parts = IntStream.range(0, tasks).boxed().toList();
    return spark
        .parallelize(parts, tasks)
        .mapPartitions(part -> damages(part.next(), tasks, shards))
        .collect();
  }

  private Iterator<String> damages(int task, int tasks, int shards) throws IOException {
    Configuration here = hadoop.configuration();
    int from = (int) ((long) shards * task / tasks);
    int to = (int) ((long) shards * (task + 1) / tasks);
    return data.opened(here).verify(here, from, to).iterator();
  }
}
