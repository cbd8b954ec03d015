package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.feature.DistributedDataSetWrapper;
import com.intel.analytics.bigdl.dllib.feature.DistributedFeatureSet;
import com.intel.analytics.bigdl.dllib.feature.dataset.DistributedDataSet;
import com.intel.analytics.bigdl.dllib.feature.dataset.LocalDataSet;
import com.intel.analytics.bigdl.dllib.feature.dataset.MiniBatch;
import io.multigrid.engine.dispatch.DispatchedRdd;
import io.multigrid.engine.dispatch.TaskDispatcher;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag$;

/**
 * A feature set of iterations. To BigDL it is one endless epoch, whose size it is told and need not
 * count: nothing is read before training starts.
 */
final class IterationFeatureSet implements DistributedFeatureSet<MiniBatch<Object>> {
  private final JavaRDD<Integer> executors;
  private final RDD<Integer> indices;
  private final RDD<MiniBatch<Object>> iterations;
  private final RDD<MiniBatch<Object>> size;
  private boolean cached;
  private DistributedFeatureSet<Object> origin;

  /**
   * @param executors index of each executor, one a partition
   */
  IterationFeatureSet(
      JavaRDD<Integer> executors, IterationSource source, TaskDispatcher dispatcher) {
    this.executors = executors;
    int records = Integer.MAX_VALUE / executors.getNumPartitions();
    indices = DispatchedRdd.of(executors.rdd(), dispatcher);
    iterations = DispatchedRdd.of(executors.mapPartitions(source).rdd(), dispatcher);
    size = executors.<MiniBatch<Object>>map(e -> new StepBatch(null, records)).rdd();
    DistributedFeatureSet.$init$(this);
  }

  DistributedDataSet<MiniBatch<Object>> dataSet() {
    return toDistributed();
  }

  @Override
  public RDD<MiniBatch<Object>> data(boolean train) {
    return train ? iterations : size;
  }

  @Override
  public long size() {
    return (long) (Integer.MAX_VALUE / executors.getNumPartitions()) * executors.getNumPartitions();
  }

  @Override
  public void shuffle() {}

  @Override
  public RDD<?> originRDD() {
    return indices;
  }

  @Override
  public DistributedFeatureSet<Object> originFeatureSet() {
    return origin;
  }

  @Override
  public void originFeatureSet_$eq(DistributedFeatureSet<Object> value) {
    origin = value;
  }

  @Override
  public boolean isCached() {
    return cached;
  }

  @Override
  public void isCached_$eq(boolean value) {
    cached = value;
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public DistributedDataSetWrapper<MiniBatch<Object>> toDistributed() {
    return new DistributedDataSetWrapper<>(
        this, (scala.reflect.ClassTag) ClassTag$.MODULE$.apply(MiniBatch.class));
  }

  @Override
  public LocalDataSet<MiniBatch<Object>> toLocal() {
    throw new UnsupportedOperationException("iterations run on executors");
  }
}
