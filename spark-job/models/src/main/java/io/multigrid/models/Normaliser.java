package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.batch_norm;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.zeros;

import io.multigrid.networks.Norm;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;

/**
 * Batch normalisation of a network, plain or split into sub-batches: sample i belongs to sub-batch
 * i mod n, each with running statistics of its own. The aggregate, which evaluation uses, has the
 * mean of the means, and the mean of the variances plus the (biased) variance of the means.
 */
final class Normaliser implements AutoCloseable {
  static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final List<Norm> norms;
  private final TensorOptions options;
  private final List<Tensor> means;
  private final List<Tensor> variances;
  private int splits = 1;
  private double momentum = MOMENTUM;

  Normaliser(List<Norm> norms, TensorOptions options) {
    this(norms, options, new ArrayList<>(), new ArrayList<>());
    for (Norm norm : norms) {
      means.add(zeros(new long[] {norm.channels()}, options));
      variances.add(full(new long[] {norm.channels()}, new Scalar(1f), options));
    }
  }

  private Normaliser(
      List<Norm> norms, TensorOptions options, List<Tensor> means, List<Tensor> variances) {
    this.norms = norms;
    this.options = options;
    this.means = means;
    this.variances = variances;
  }

  /**
   * That of a sub-batch: plain, its running statistics are a part of those here. Not to be closed.
   */
  Normaliser of(SubBatch part) {
    return new Normaliser(norms, options, of(part, means), of(part, variances));
  }

  private List<Tensor> of(SubBatch part, List<Tensor> all) {
    List<Tensor> own = new ArrayList<>();
    for (Norm norm : norms) {
      long first = (long) part.index() * norm.channels();
      own.add(all.get(norm.index()).narrow(0, first, norm.channels()));
    }
    return own;
  }

  /** Sub-batches that a batch is split into. */
  int splits() {
    return splits;
  }

  /** Floats of the aggregated statistics: mean, then variance, of every normalisation. */
  int size() {
    return 2 * norms.stream().mapToInt(Norm::channels).sum();
  }

  /** Of the aggregated statistics, in their order. */
  List<TensorInfo> tensors() {
    List<TensorInfo> infos = new ArrayList<>();
    for (Norm norm : norms) {
      long[] shape = {norm.channels()};
      infos.add(new TensorInfo(norm.name() + ".running_mean", shape, TensorInfo.Kind.NORM));
      infos.add(new TensorInfo(norm.name() + ".running_var", shape, TensorInfo.Kind.NORM));
    }
    return infos;
  }

  /** Running statistics of every sub-batch: means, then variances, of every normalisation. */
  float[] groups() {
    float[] flat = new float[size() * splits];
    int at = 0;
    for (int i = 0; i < norms.size(); i++) {
      at = Tensors.get(means.get(i), flat, at);
      at = Tensors.get(variances.get(i), flat, at);
    }
    return flat;
  }

  void groups(float[] flat) {
    if (flat.length != size() * splits) {
      throw new IllegalArgumentException(
          "%s running statistics for %s of each of %s sub-batches"
              .formatted(flat.length, size(), splits));
    }
    int at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (int i = 0; i < norms.size(); i++) {
        for (Tensor tensor : List.of(means.get(i), variances.get(i))) {
          tensor.copy_(Tensors.of(flat, at, tensor.shape(), options));
          at += (int) tensor.numel();
        }
      }
    }
  }

  /** Changes the number of sub-batches; every one starts from the aggregate. */
  void use(BatchNorm batchNorm) {
    int wanted = batchNorm.kind() == BatchNorm.Kind.SPLIT ? batchNorm.splits() : 1;
    if (wanted != splits) {
      float[] aggregate = statistics();
      splits = wanted;
      statistics(aggregate);
    }
  }

  /** Runs something in training mode whose batches the running statistics do not see. */
  void unseen(Runnable forward) {
    momentum = 0;
    try {
      forward.run();
    } finally {
      momentum = MOMENTUM;
    }
  }

  /** Of a batch, or a sub-batch, that is normalised as one. */
  Tensor train(Tensor x, Norm norm, Tensor gain, Tensor bias) {
    return batch_norm(
        x,
        new TensorOptional(gain),
        new TensorOptional(bias),
        new TensorOptional(means.get(norm.index())),
        new TensorOptional(variances.get(norm.index())),
        true,
        momentum,
        EPSILON,
        false);
  }

  Tensor evaluate(Tensor x, Norm norm, Tensor gain, Tensor bias) {
    return batch_norm(
        x,
        new TensorOptional(gain),
        new TensorOptional(bias),
        new TensorOptional(mean(norm)),
        new TensorOptional(variance(norm)),
        false,
        MOMENTUM,
        EPSILON,
        false);
  }

  private Tensor mean(Norm norm) {
    Tensor all = means.get(norm.index());
    return splits == 1 ? all : all.view(splits, norm.channels()).mean(0);
  }

  private Tensor variance(Norm norm) {
    Tensor all = variances.get(norm.index());
    if (splits == 1) {
      return all;
    }
    Tensor apart = means.get(norm.index()).view(splits, norm.channels());
    Tensor spread = apart.sub(apart.mean(0)).square().mean(0);
    return all.view(splits, norm.channels()).mean(0).add(spread);
  }

  float[] statistics() {
    float[] flat = new float[size()];
    int at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (Norm norm : norms) {
        at = Tensors.get(mean(norm), flat, at);
        at = Tensors.get(variance(norm), flat, at);
      }
    }
    return flat;
  }

  void statistics(float[] flat) {
    if (flat.length != size()) {
      throw new IllegalArgumentException(
          flat.length + " running statistics for a network of " + size());
    }
    int at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (Norm norm : norms) {
        at = replace(means, norm, flat, at);
        at = replace(variances, norm, flat, at);
      }
    }
  }

  private int replace(List<Tensor> tensors, Norm norm, float[] flat, int at) {
    Tensor one = Tensors.of(flat, at, new long[] {norm.channels()}, options);
    Tensor old = tensors.get(norm.index());
    Tensor all = splits == 1 ? one : one.repeat(splits);
    if (old.numel() == all.numel()) {
      old.copy_(all);
    } else {
      Tensors.keep(all);
      tensors.set(norm.index(), all);
      old.close();
    }
    return at + norm.channels();
  }

  /**
   * What a forward pass in training mode finds in its batch: mean and (unbiased) variance of every
   * normalisation, all clips in one group. Running statistics stay as they are.
   */
  float[] ofBatch(Runnable forward) {
    use(BatchNorm.PLAIN);
    float[] running = statistics();
    statistics(new float[running.length]);
    forward.run();
    float[] batch = statistics();
    statistics(running);
    for (int i = 0; i < batch.length; i++) {
      batch[i] /= (float) MOMENTUM; // running = (1 - momentum) * 0 + momentum * batch
    }
    return batch;
  }

  @Override
  public void close() {
    means.forEach(Tensor::close);
    variances.forEach(Tensor::close);
  }
}
