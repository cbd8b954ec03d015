package io.multigrid.engine.collective;

import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.WorkerRange;
import io.multigrid.engine.dispatch.StateFactory;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * What the ranks of a job start from.
 *
 * @param ranges workers of each executor
 * @param workers of all executors
 */
record RankStart(
    ReplicaFactory replicas,
    List<WorkerRange> ranges,
    int workers,
    Sgd sgd,
    float[] weights,
    float[] momentum,
    float[][] statistics)
    implements StateFactory<Rank> {
  static RankStart of(EngineJob job) {
    return new RankStart(
        job.replicas(),
        IntStream.range(0, job.executors()).mapToObj(job::range).toList(),
        job.workers(),
        job.sgd(),
        job.weights(),
        job.momentum().orElseGet(() -> new float[job.weights().length]),
        job.statistics());
  }

  @Override
  public Rank create(int executor) {
    Rank.Place place = new Rank.Place(executor, ranges.size(), ranges.get(executor), host());
    Replica replica = replicas.create(executor, ranges.size());
    try {
      replica.statistics(Arrays.copyOfRange(statistics, place.own().first(), place.own().end()));
      replica.weights().put(weights);
      SgdStep step = SgdStep.over(replica.weights(), replica.gradient(), momentum, sgd);
      return new Rank(place, workers, replica, step);
    } catch (Throwable e) {
      replica.close();
      throw e;
    }
  }

  /** Spark writes addresses of IPv6 in brackets, which the system's own calls do not take. */
  static String bare(String host) {
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    return brackets ? host.substring(1, host.length() - 1) : host;
  }

  /** What other executors know this one's machine by; in the driver's process nobody else asks. */
  private static String host() {
    BlockManagerId here = SparkEnv.get().blockManager().blockManagerId();
    return here.isDriver() ? InetAddress.getLoopbackAddress().getHostAddress() : bare(here.host());
  }
}
