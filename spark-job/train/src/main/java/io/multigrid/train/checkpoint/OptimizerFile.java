package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code optimizer.safetensors}: what training goes on from beside the weights. Momentum, and the
 * running statistics of every worker as workers x channels.
 */
final class OptimizerFile {
  static final String NAME = "optimizer.safetensors";
  private static final String MOMENTUM = "momentum.";
  private static final String STATISTICS = "worker_statistics.";

  private OptimizerFile() {}

  static SafeTensors content(Layout layout, TrainingState state) {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    Layout.put(tensors, MOMENTUM, layout.parameters(), state.momentum());
    Layout.putRows(tensors, STATISTICS, layout.statistics(), state.statistics());
    return new SafeTensors(Map.of(), tensors);
  }

  /**
   * @param name of the checkpoint, for messages
   * @param model of which the weights are taken; its statistics are those of an evaluation
   */
  static TrainingState state(
      String name, SafeTensors model, SafeTensors optimizer, Layout layout, int workers) {
    return new TrainingState(
        Layout.flat(name, model.tensors(), "", layout.parameters()),
        Layout.flat(name, optimizer.tensors(), MOMENTUM, layout.parameters()),
        Layout.rows(name, optimizer.tensors(), STATISTICS, layout.statistics(), workers));
  }
}
