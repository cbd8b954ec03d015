package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.from_blob;
import static org.bytedeco.pytorch.global.torch.index_select;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Cost;
import io.multigrid.networks.Model;
import io.multigrid.networks.Norm;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network with its parameters and gradients, each one flat vector, and its running statistics.
 * All native memory is this object's: every call frees what it made, {@link #close} the rest. Not
 * thread-safe.
 */
public final class Network implements AutoCloseable {
  /** What is taken from pixels between 0 and 1. */
  public static final float MEAN = 0.45f;

  /** What they are divided by then. */
  public static final float DEVIATION = 0.225f;

  private final Model model;
  private final Architecture architecture;
  private final TensorOptions options;
  private final Tensor weights;
  private final Tensor gradients;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Tensor> gradientViews = new ArrayList<>(); // freed with the network
  private final Normaliser norms;
  private final Head head;
  private final Losses loss;
  private final int count;

  private Network(Model model, TensorOptions options, long seed) {
    this.model = model;
    this.architecture = Architecture.of(model);
    this.options = options;
    float[] initial = Initial.weights(architecture, seed);
    this.count = initial.length;
    this.norms = new Normaliser(architecture.norms(), options);
    this.weights = Tensors.of(initial, 0, new long[] {count}, options);
    this.gradients = torch.zeros(new long[] {count}, options);
    this.head = new Head(architecture, parameters);
    this.loss = new Losses(model.loss());
    long at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (TensorInfo info : architecture.parameters()) {
        Tensor parameter = weights.narrow(0, at, info.count()).view(info.shape()).detach();
        parameter.set_requires_grad(true);
        Tensor gradient = gradients.narrow(0, at, info.count()).view(info.shape());
        parameter.mutable_grad().put(gradient);
        parameters.add(parameter);
        gradientViews.add(gradient);
        at += info.count();
      }
    }
  }

  /**
   * A network with initial parameters.
   *
   * @param device "cpu", or "cuda:0"
   */
  public static Network create(Model model, String device, long seed) {
    return create(model, device, seed, ScalarType.Float);
  }

  /** Computes in float64 too, to tell rounding from error. */
  static Network create(Model model, String device, long seed, ScalarType type) {
    DeviceOptional place = new DeviceOptional(Devices.of(device));
    return new Network(model, new TensorOptions(type).device(place), seed);
  }

  /** All parameters, and their gradients. */
  Tensor flatWeights() {
    return weights;
  }

  Tensor flatGradients() {
    return gradients;
  }

  /**
   * Threads that every network of this process computes with. OpenBLAS, which does the head's
   * matrix products, has a pool of its own whose idle threads spin: it gets one.
   */
  public static void threads(int n) {
    torch.set_num_threads(n);
    openblas_nolapack.blas_set_num_threads(1);
  }

  /**
   * Why this process cannot compute on a device, as the end of a sentence that begins with its
   * host; empty if it can.
   *
   * @param device "cpu", or "cuda:0"
   */
  public static Optional<String> refusal(String device) {
    return Devices.refusal(device);
  }

  /** Why a network cannot take clips of T frames and a crop of S pixels; empty if it can. */
  public static List<String> refusals(Model model, int frames, int crop) {
    return Cost.refusals(model, frames, crop);
  }

  /** In the order of the flat vectors. */
  public List<TensorInfo> parameters() {
    return List.copyOf(architecture.parameters());
  }

  /** Of the flat statistics: running mean and variance of every normalisation. */
  public List<TensorInfo> statisticsTensors() {
    List<TensorInfo> infos = new ArrayList<>();
    for (Norm norm : architecture.norms()) {
      String name = norm.name();
      long[] shape = {norm.channels()};
      infos.add(new TensorInfo(name + ".running_mean", shape, TensorInfo.Kind.NORM));
      infos.add(new TensorInfo(name + ".running_var", shape, TensorInfo.Kind.NORM));
    }
    return infos;
  }

  public int classes() {
    return model.classes();
  }

  public int parameterCount() {
    return count;
  }

  /** A copy of all parameters. */
  public float[] weights() {
    float[] copy = new float[count];
    try (PointerScope scope = new PointerScope()) {
      Tensors.get(weights, copy, 0);
    }
    return copy;
  }

  /** Replaces all parameters. */
  public void weights(float[] values) {
    if (values.length != count) {
      throw new IllegalArgumentException(values.length + " weights for a network of " + count);
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      weights.copy_(Tensors.of(values, 0, new long[] {count}, new TensorOptions(ScalarType.Float)));
    }
  }

  public void zeroGradients() {
    try (PointerScope scope = new PointerScope()) {
      gradients.zero_();
    }
  }

  /** Adds the accumulated gradient to {@code sum}. */
  public void gradients(float[] sum) {
    float[] copy = new float[count];
    try (PointerScope scope = new PointerScope()) {
      Tensors.get(gradients, copy, 0);
    }
    for (int i = 0; i < count; i++) {
      sum[i] += copy[i];
    }
  }

  /** Changes how batch normalisation groups clips; gains, biases and statistics stay. */
  public void batchNorm(BatchNorm batchNorm) {
    try (PointerScope scope = new PointerScope()) {
      norms.use(batchNorm);
    }
  }

  /** Running statistics, aggregated over sub-batches: mean and variance of every normalisation. */
  public float[] statistics() {
    try (PointerScope scope = new PointerScope()) {
      return norms.statistics();
    }
  }

  /** Replaces the running statistics, of every sub-batch. */
  public void statistics(float[] values) {
    try (PointerScope scope = new PointerScope()) {
      norms.statistics(values);
    }
  }

  /**
   * Running statistics of every sub-batch, as {@link #batchNorm} has set them up: what is kept of a
   * network to go on exactly as it would have.
   */
  public float[] groupStatistics() {
    try (PointerScope scope = new PointerScope()) {
      return norms.groups();
    }
  }

  /** Replaces the running statistics, each sub-batch's by its own. */
  public void groupStatistics(float[] values) {
    try (PointerScope scope = new PointerScope()) {
      norms.groups(values);
    }
  }

  /** Forward, mean loss, backward: adds to the gradient and to the running statistics. */
  public StepResult step(ClipBatch batch, long dropoutSeed) {
    try (PointerScope scope = new PointerScope()) {
      return train(inputs(batch), Labels.of(batch, model.classes()), dropoutSeed).result();
    }
  }

  /** A step and its logits, for comparison with other implementations. */
  record Trained(StepResult result, float[] logits) {}

  Trained train(List<Tensor> inputs, Labels labels, long dropoutSeed) {
    Pass pass = new Pass(architecture, parameters, norms, model.compute());
    Optional<Tensor> mask = mask(labels.clips(), dropoutSeed);
    Pass.Result result = pass.train(inputs, mask, logits -> loss.of(logits, labels));
    float[] scores = new float[Math.toIntExact(result.logits().numel())];
    Tensors.get(result.logits(), scores, 0);
    int correct = labels.correct(scores);
    return new Trained(new StepResult(result.loss(), correct, labels.clips()), scores);
  }

  /**
   * Mean and variance that every normalisation finds in a batch, laid out as {@link #statistics}.
   * Parameters and running statistics stay; batch normalisation is plain afterwards.
   */
  public float[] batchStatistics(ClipBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> inputs = inputs(batch);
      Pass pass = new Pass(architecture, parameters, norms, model.compute());
      return norms.ofBatch(() -> pass.features(inputs, Forward.Mode.TRAINING));
    }
  }

  /** Class scores of every clip, with running statistics. */
  public float[][] probabilities(ClipBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return rows(scores(evaluate(inputs(batch))));
    }
  }

  /**
   * Class scores of clips larger than those trained with, fully convolutional: the mean score of
   * every window of the training clip's size.
   *
   * @param frames T of the clips trained with
   * @param crop S of the clips trained with, pixels
   */
  public float[][] probabilities(ClipBatch batch, int frames, int crop) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return rows(evaluate(inputs(batch), new Head.Window(frames, crop)));
    }
  }

  private float[][] rows(Tensor scores) {
    float[] flat = new float[Math.toIntExact(scores.numel())];
    Tensors.get(scores, flat, 0);
    float[][] rows = new float[flat.length / model.classes()][model.classes()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * model.classes(), rows[i], 0, model.classes());
    }
    return rows;
  }

  Tensor scores(Tensor logits) {
    return head.scores(logits);
  }

  Tensor evaluate(List<Tensor> inputs) {
    return head.logits(evaluated(inputs), Optional.empty());
  }

  Tensor evaluate(List<Tensor> inputs, Head.Window window) {
    return head.scores(evaluated(inputs), window);
  }

  private List<Tensor> evaluated(List<Tensor> inputs) {
    return new Pass(architecture, parameters, norms, model.compute())
        .features(inputs, Forward.Mode.EVALUATION);
  }

  private List<Tensor> inputs(ClipBatch batch) {
    return pathways(normalised(batch));
  }

  /** uint8 to (x / 255 - 0.45) / 0.225. */
  private Tensor normalised(ClipBatch b) {
    long[] shape = {b.clips(), 3, b.frames(), b.crop(), b.crop()};
    Tensor bytes =
        from_blob(new BytePointer(b.pixels()), shape, new TensorOptions(ScalarType.Byte));
    Tensor x = bytes.to(options.device(), ScalarType.Float);
    return x.mul_(new Scalar(1 / (255 * DEVIATION))).sub_(new Scalar(MEAN / DEVIATION));
  }

  /** The slow pathway sees T / alpha frames, spread evenly from the first to the last. */
  List<Tensor> pathways(Tensor x) {
    if (!model.hasFast()) {
      return List.of(x);
    }
    long[] frames = slowFrames((int) x.size(2), model.fast().alpha());
    Tensor index = Tensor.create(frames).to(x.device(), ScalarType.Long);
    return List.of(index_select(x, 2, index), x);
  }

  /** linspace(0, T - 1, T / alpha), cut to whole frames. */
  static long[] slowFrames(int frames, int alpha) {
    int count = frames / alpha;
    long[] chosen = new long[count];
    for (int i = 1; i < count; i++) {
      chosen[i] = (long) i * (frames - 1) / (count - 1);
    }
    return chosen;
  }

  private Optional<Tensor> mask(int clips, long seed) {
    double rate = model.dropout();
    if (rate == 0) {
      return Optional.empty();
    }
    float[] mask = new float[clips * architecture.headChannels()];
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
    }
    return Optional.of(
        Tensors.of(mask, 0, new long[] {clips, architecture.headChannels()}, options));
  }

  /** What evaluation computes, in TorchScript's language. */
  String script() {
    return Script.forward(architecture);
  }

  @Override
  public void close() {
    gradientViews.forEach(Tensor::close);
    parameters.forEach(Tensor::close);
    norms.close();
    gradients.close();
    weights.close();
  }
}
