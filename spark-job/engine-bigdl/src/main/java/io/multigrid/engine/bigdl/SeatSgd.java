package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.SGD;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import io.multigrid.engine.Sgd;
import org.apache.spark.TaskContext;
import scala.Function1;
import scala.Tuple2;

/**
 * BigDL's SGD, after clipping by value and weight decay, with the learning rate of the very
 * iteration and a momentum buffer that can be read and restored.
 */
final class SeatSgd extends SGD<Object> {
  private static final long serialVersionUID = 1;

  /** Where BigDL's SGD keeps its momentum buffer. */
  private static final String BUFFER = "dfdx";

  private final String job;
  private final Sgd sgd;

  SeatSgd(String job, Sgd sgd) {
    super(
        0,
        0,
        0,
        sgd.momentum(),
        0,
        sgd.nesterov(),
        new Default(),
        null,
        null,
        Floats.TAG,
        Floats.NUMERIC);
    this.job = job;
    this.sgd = sgd;
  }

  @Override
  public Tuple2<Tensor<Object>, Object> optimize(
      Function1<Tensor<Object>, Tuple2<Object, Tensor<Object>>> gradient, Tensor<Object> slice) {
    Seat seat = Seats.of(new Seats.Key(job, TaskContext.getPartitionId()));
    learningRateSchedule().currentRate_$eq(-seat.learningRate());
    state().update(BUFFER, seat.stepping(slice));
    // The same tensor as super is going to ask for.
    Tensor<Object> mean = gradient.apply(slice)._2();
    sgd.prepare(seat.slice().start(), Floats.buffer(slice), Floats.buffer(mean));
    return super.optimize(gradient, slice);
  }

  /** The rate is set by {@link #optimize}; BigDL's own schedule would compute another. */
  @Override
  public void updateHyperParameter() {}

  @Override
  public String getHyperParameter() {
    return "";
  }
}
