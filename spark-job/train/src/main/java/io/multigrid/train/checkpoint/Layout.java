package io.multigrid.train.checkpoint;

import io.multigrid.models.Network;
import io.multigrid.models.NonFinite;
import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Names and shapes of a network's tensors, in the order of its flat vectors.
 *
 * @param statistics running mean and variance of every normalisation
 */
public record Layout(List<TensorInfo> parameters, List<TensorInfo> statistics) {
  public static Layout of(Network network) {
    return new Layout(network.parameters(), network.statisticsTensors());
  }

  public static Layout of(Recipe recipe) {
    try (Network network = Network.create(recipe.model(), "cpu", recipe.seed())) {
      return of(network);
    }
  }

  /** Adds the parts of a flat vector under their names. */
  static void put(
      Map<String, SafeTensors.Values> tensors,
      String prefix,
      List<TensorInfo> infos,
      float[] flat) {
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = Arrays.copyOfRange(flat, at, at + info.count());
      tensors.put(prefix + info.name(), new SafeTensors.Values(info.shape(), values));
      at += info.count();
    }
  }

  /** Adds the parts of one flat vector a worker, each as one tensor of workers x shape. */
  static void putRows(
      Map<String, SafeTensors.Values> tensors,
      String prefix,
      List<TensorInfo> infos,
      float[][] rows) {
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = new float[rows.length * info.count()];
      for (int w = 0; w < rows.length; w++) {
        System.arraycopy(rows[w], at, values, w * info.count(), info.count());
      }
      tensors.put(
          prefix + info.name(), new SafeTensors.Values(rowsShape(rows.length, info), values));
      at += info.count();
    }
  }

  private static long[] rowsShape(int rows, TensorInfo info) {
    long[] shape = new long[info.shape().length + 1];
    shape[0] = rows;
    System.arraycopy(info.shape(), 0, shape, 1, info.shape().length);
    return shape;
  }

  /**
   * The inverse of {@link #put}.
   *
   * @param file for messages
   * @throws DataException listing every tensor that is missing, or has another shape or numbers
   *     that are none
   */
  static float[] flat(
      String file, Map<String, SafeTensors.Values> tensors, String prefix, List<TensorInfo> infos) {
    List<String> problems = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    float[] flat = new float[infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = values(problems, tensors, prefix + info.name(), info.shape());
      System.arraycopy(values, 0, flat, at, values.length);
      if (values.length > 0) {
        NonFinite.in(prefix + info.name(), info.shape(), values).ifPresent(broken::add);
      }
      at += info.count();
    }
    refuse(file, problems);
    if (!broken.isEmpty()) {
      throw new DataException(NonFinite.refusal(file, broken));
    }
    return flat;
  }

  /** The inverse of {@link #putRows}. */
  static float[][] rows(
      String file,
      Map<String, SafeTensors.Values> tensors,
      String prefix,
      List<TensorInfo> infos,
      int rows) {
    List<String> problems = new ArrayList<>();
    float[][] all = new float[rows][infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = values(problems, tensors, prefix + info.name(), rowsShape(rows, info));
      for (int w = 0; w < rows && values.length > 0; w++) {
        System.arraycopy(values, w * info.count(), all[w], at, info.count());
      }
      at += info.count();
    }
    refuse(file, problems);
    return all;
  }

  private static float[] values(
      List<String> problems, Map<String, SafeTensors.Values> tensors, String name, long[] shape) {
    SafeTensors.Values values = tensors.get(name);
    if (values == null) {
      problems.add(name + " is missing");
      return new float[0];
    }
    if (!Arrays.equals(values.shape(), shape)) {
      problems.add(
          "%s has shape %s, the network needs %s"
              .formatted(name, Arrays.toString(values.shape()), Arrays.toString(shape)));
      return new float[0];
    }
    return values.values();
  }

  private static void refuse(String file, List<String> problems) {
    if (!problems.isEmpty()) {
      throw new DataException(file + ": " + String.join("; ", problems));
    }
  }
}
