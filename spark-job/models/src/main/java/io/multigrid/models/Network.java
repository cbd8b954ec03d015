package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
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
  private final Parameters parameters;
  private final Normaliser norms;
  private final Inputs inputs;
  private final Dropout dropout;
  private final Pass pass;
  private final Head head;
  private final Losses loss;
  private final Lanes lanes;

  private Network(Model model, TensorOptions options, long seed) {
    this.model = model;
    this.architecture = Architecture.of(model);
    this.parameters = new Parameters(architecture, seed, options);
    this.norms = new Normaliser(architecture.norms(), options);
    this.inputs = new Inputs(model, options);
    this.dropout = new Dropout(model.dropout(), architecture.headChannels(), options);
    this.pass = new Pass(architecture, parameters.views(), norms, model.compute());
    this.head = new Head(architecture, parameters.views());
    this.loss = new Losses(model.loss());
    this.lanes = new Lanes(parameters, !options.device().is_cuda());
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
    return parameters.flat();
  }

  Tensor flatGradients() {
    return parameters.flatGradients();
  }

  Inputs inputs() {
    return inputs;
  }

  /**
   * Threads that every network of this process computes with. OpenBLAS, which does the head's
   * matrix products, has a pool of its own whose idle threads spin: it gets one.
   */
  public static void threads(int n) {
    Lanes.threads(n);
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

  /** In the order of the flat vectors. */
  public List<TensorInfo> parameters() {
    return List.copyOf(architecture.parameters());
  }

  /** Of the flat statistics: running mean and variance of every normalisation. */
  public List<TensorInfo> statisticsTensors() {
    return norms.tensors();
  }

  public int classes() {
    return model.classes();
  }

  public int parameterCount() {
    return parameters.count();
  }

  /** A copy of all parameters. */
  public float[] weights() {
    return parameters.values();
  }

  /** Replaces all parameters. */
  public void weights(float[] values) {
    parameters.values(values);
  }

  /** All parameters, where the network computes; what is put there, it computes with. */
  public FlatVector weightVector() {
    return new FlatVector(parameters.flat());
  }

  /** The accumulated gradient, where the network computes. */
  public FlatVector gradientVector() {
    return new FlatVector(parameters.flatGradients());
  }

  public void zeroGradients() {
    parameters.zeroGradients();
  }

  /** Multiplies gradients {@code first <= i < end} of the flat vector. */
  public void scaleGradients(int first, int end, float factor) {
    parameters.scaleGradients(first, end, factor);
  }

  /** A copy of the accumulated gradient, of float64 too. */
  float[] gradients() {
    return parameters.gradients();
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

  /**
   * Forward, mean loss, backward: adds to the gradient and to the running statistics. Sub-batches
   * of split batch normalisation are passes of their own, side by side where there are threads.
   *
   * @throws IllegalArgumentException if clips do not divide into sub-batches
   */
  public StepResult step(ClipBatch batch, long dropoutSeed) {
    return step(batch, dropoutSeed, GradientRanges.NONE);
  }

  /** The same. The range of the head's gradient is there first, that of the stem last. */
  public StepResult step(ClipBatch batch, long dropoutSeed, GradientRanges done) {
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels = inputs.pixels(batch);
      return train(
              part -> inputs.of(part.of(pixels)), Labels.of(batch, classes()), dropoutSeed, done)
          .result();
    }
  }

  /** A step and its logits, for comparison with other implementations. */
  record Trained(StepResult result, float[] logits) {}

  Trained train(List<Tensor> clips, Labels labels, long dropoutSeed) {
    return train(
        part -> clips.stream().map(part::of).toList(), labels, dropoutSeed, GradientRanges.NONE);
  }

  private Trained train(
      Function<SubBatch, List<Tensor>> clips,
      Labels labels,
      long dropoutSeed,
      GradientRanges done) {
    int splits = norms.splits();
    if (labels.clips() % splits != 0) {
      throw new IllegalArgumentException(
          "a batch of %s clips does not divide into %s sub-batches"
              .formatted(labels.clips(), splits));
    }
    Optional<Tensor> mask = dropout.mask(labels.clips(), dropoutSeed);
    float[] scores = new float[labels.clips() * classes()];
    List<Double> losses =
        lanes.compute(
            splits,
            (part, leaves, summed) -> {
              Labels own = part.of(labels);
              Pass pass = new Pass(architecture, leaves, norms.of(part), model.compute());
              Pass.Result result =
                  pass.train(
                      clips.apply(part),
                      mask.map(part::of),
                      logits -> loss.of(logits, own).div(new Scalar((double) splits)),
                      summed);
              part.place(result.logits(), scores);
              return result.loss();
            },
            s -> done.ready(architecture.begin(s), architecture.begin(s + 1)));
    double mean = losses.stream().mapToDouble(Double::doubleValue).sum();
    return new Trained(new StepResult(mean, labels.correct(scores), labels.clips()), scores);
  }

  /**
   * Mean and variance that every normalisation finds in a batch, laid out as {@link #statistics}.
   * Parameters and running statistics stay; batch normalisation is plain afterwards.
   */
  public float[] batchStatistics(ClipBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Lanes.here();
      List<Tensor> clips = inputs.of(batch);
      return norms.ofBatch(() -> pass.features(clips, Forward.Mode.TRAINING));
    }
  }

  /** Class scores of every clip, with running statistics. */
  public float[][] probabilities(ClipBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return Tensors.rows(scores(evaluate(inputs.of(batch))));
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
      return Tensors.rows(evaluate(inputs.of(batch), new Head.Window(frames, crop)));
    }
  }

  Tensor scores(Tensor logits) {
    return head.scores(logits);
  }

  Tensor evaluate(List<Tensor> clips) {
    Lanes.here();
    return head.logits(pass.features(clips, Forward.Mode.EVALUATION), Optional.empty());
  }

  Tensor evaluate(List<Tensor> clips, Head.Window window) {
    Lanes.here();
    return head.scores(pass.features(clips, Forward.Mode.EVALUATION), window);
  }

  /** What evaluation computes, in TorchScript's language. */
  String script() {
    return Script.forward(architecture);
  }

  @Override
  public void close() {
    lanes.close();
    parameters.close();
    norms.close();
  }
}
