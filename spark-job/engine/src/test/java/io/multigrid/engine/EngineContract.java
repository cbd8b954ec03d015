package io.multigrid.engine;

import static io.multigrid.engine.LeastSquares.sorted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine does. Subclasses say which; up to three executors share this JVM. */
public abstract class EngineContract {
  private static final int PARAMETERS = 7;
  private static final int WORKERS = 6;
  private static final double[] RATES = {0.1, 0.2, 0.05, 0.3, 0.1, 0.02, 0.15};

  protected static final EngineOptions OPTIONS =
      new EngineOptions(Compression.NONE, Duration.ofMinutes(5), Duration.ofHours(1));

  protected abstract EngineProvider provider();

  private Engine start(EngineJob job) {
    return provider().start(job);
  }

  @Test
  void isFoundByItsName() {
    assertThat(Engines.names()).contains(provider().name());
    assertThat(Engines.byName(provider().name())).hasSameClassAs(provider());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[3]", "spark://host:7077", "yarn", "k8s://https://host"})
  void wantsOfSparkWhatTheUserHasNotSet(String master) {
    Map<String, String> given =
        Map.of(
            "spark.master",
            master,
            "spark.app.name",
            "mine",
            "spark.locality.wait",
            "3s",
            "spark.executor.extraJavaOptions",
            "-Dmine=1");
    Map<String, String> wanted = provider().sparkDefaults(given);
    wanted.forEach(
        (key, value) -> assertThat(value).as(key).startsWith(given.getOrDefault(key, "")));
    Map<String, String> all = new HashMap<>(given);
    all.putAll(wanted);
    assertThat(provider().sparkDefaults(all)).as("once they are set").isEmpty();
    assertThat(wanted.isEmpty()).isNotEqualTo(provider().onSpark());
  }

  @Test
  void saysWhichSettingsOfSparkDoNotFit() {
    Map<String, String> spark = new HashMap<>(Map.of("spark.master", "local[2]"));
    spark.putAll(provider().sparkDefaults(spark));
    assertThat(provider().sparkProblems(spark, 2)).isEmpty();
    List<String> problems = provider().sparkProblems(spark, 3);
    assertThat(problems.isEmpty()).isNotEqualTo(provider().onSpark());
    assertThat(problems)
        .allSatisfy(line -> assertThat(line).startsWith("spark.").doesNotContain("\n"));
  }

  @ParameterizedTest
  @CsvSource({"0.9,false", "0.9,true", "0,false"})
  void stepsAsSgdDoes(double momentum, boolean nesterov) {
    assertSteps(2, new Sgd(momentum, nesterov));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void clipsByTheNormOfTheMeanGradientOverAllWorkers(int executors) {
    Clipping clipping = new Clipping(0.6, Double.POSITIVE_INFINITY);
    int clipped = assertSteps(executors, new Sgd(0.9, true, clipping, WeightDecay.NONE));
    assertThat(clipped).isBetween(1, RATES.length - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void clipsValuesOfTheMeanGradient(int executors) {
    Clipping clipping = new Clipping(Double.POSITIVE_INFINITY, 0.1);
    assertSteps(executors, new Sgd(0.9, true, clipping, WeightDecay.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void decaysWeightsAfterClipping(int executors) {
    WeightDecay decay =
        new WeightDecay(
            List.of(
                new WeightDecay.Run(2, 0.5f),
                new WeightDecay.Run(3, 0),
                new WeightDecay.Run(PARAMETERS, 0.25f)));
    assertSteps(executors, new Sgd(0.9, false, Clipping.NONE, decay));
    assertSteps(executors, new Sgd(0.9, false, new Clipping(0.2, 0.1), decay));
  }

  /**
   * That an engine steps as SGD does in double precision.
   *
   * @return iterations whose gradient was clipped by norm
   */
  private int assertSteps(int executors, Sgd sgd) {
    double[] weights = doubles(weights());
    double[] buffer = new double[PARAMETERS];
    int clipped = 0;
    for (int i = 0; i < RATES.length; i++) {
      double[] g = new double[PARAMETERS];
      LeastSquares.meanGradient(i, WORKERS, weights, g);
      double norm = Math.sqrt(Arrays.stream(g).map(x -> x * x).sum());
      clipped += norm > sgd.clipping().norm() ? 1 : 0;
      for (int p = 0; p < PARAMETERS; p++) {
        double mean = g[p] * Math.min(1, sgd.clipping().norm() / norm);
        double most = sgd.clipping().value();
        g[p] = Math.max(-most, Math.min(most, mean)) + rate(sgd.decay(), p) * weights[p];
        buffer[p] = sgd.momentum() * buffer[p] + g[p];
        weights[p] -= RATES[i] * (sgd.nesterov() ? g[p] + sgd.momentum() * buffer[p] : buffer[p]);
      }
    }
    try (Engine engine = start(job(executors).with(sgd).build())) {
      engine.run(new StageRun(0, 0, RATES), report -> {});
      assertThat(doubles(engine.weights())).containsExactly(weights, within(2e-6));
      assertThat(doubles(engine.momentum()))
          .containsExactly(sgd.momentum() == 0 ? new double[PARAMETERS] : buffer, within(2e-6));
    }
    return clipped;
  }

  private static double rate(WeightDecay decay, int parameter) {
    return decay.runs().stream()
        .filter(run -> parameter < run.end())
        .findFirst()
        .map(run -> (double) run.rate())
        .orElse(0.0);
  }

  @Test
  void reportsEveryIterationInOrder() {
    double[] loss = new double[RATES.length];
    double[] weights = doubles(weights());
    for (int i = 0; i < RATES.length; i++) {
      double[] g = new double[PARAMETERS];
      loss[i] = LeastSquares.meanGradient(100 + i, WORKERS, weights, g);
      for (int p = 0; p < PARAMETERS; p++) {
        weights[p] -= RATES[i] * g[p];
      }
    }
    List<IterationReport> reports = new ArrayList<>();
    try (Engine engine = start(job(3).with(new Sgd(0, false)).build())) {
      engine.run(new StageRun(2, 100, RATES), reports::add);
    }
    assertThat(reports)
        .extracting(IterationReport::iteration)
        .containsExactlyElementsOf(LongStream.range(100, 100 + RATES.length).boxed().toList());
    assertThat(reports.stream().mapToDouble(IterationReport::loss).toArray())
        .containsExactly(loss, within(1e-5));
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.correct()).isEqualTo(3 * WORKERS);
              assertThat(report.clips()).isEqualTo(4 * WORKERS);
              assertThat(report.seconds()).isPositive();
              assertThat(report.times().waitSeconds()).isGreaterThanOrEqualTo(0.001);
              assertThat(report.times().computeSeconds())
                  .isEqualTo(2 * report.times().waitSeconds());
              assertThat(report.times().decodeSeconds()).isCloseTo(3 * 0.01, within(1e-9));
              assertThat(report.times().schedulingSeconds()).isNotNegative();
              assertThat(report.times().syncSeconds())
                  .isNotNegative()
                  .isLessThanOrEqualTo(report.seconds());
            });
  }

  @Test
  void keepsWeightsAndMomentumFromStageToStage() {
    try (Engine whole = start(job(2).build());
        Engine parts = start(job(2).build())) {
      whole.run(new StageRun(0, 10, RATES), report -> {});
      parts.run(new StageRun(0, 10, new double[] {RATES[0], RATES[1], RATES[2]}), report -> {});
      parts.run(new StageRun(1, 13, new double[0]), report -> {});
      parts.run(
          new StageRun(2, 13, new double[] {RATES[3], RATES[4], RATES[5], RATES[6]}), report -> {});
      assertThat(parts.weights()).containsExactly(whole.weights());
      assertThat(parts.momentum()).containsExactly(whole.momentum());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void computesTheSameOnAnyNumberOfExecutors(int executors) {
    float[] judge;
    try (Engine engine = Engines.byName("local").start(job(1).build())) {
      engine.run(new StageRun(0, 0, RATES), report -> {});
      judge = engine.weights();
    }
    try (Engine engine = start(job(executors).build())) {
      engine.run(new StageRun(0, 0, RATES), report -> {});
      assertThat(doubles(engine.weights())).containsExactly(doubles(judge), within(1e-6));
    }
  }

  @Test
  void keepsSyncGroupsOnOneExecutor() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS);
    try (Engine engine = start(job(2).with(factory).groups(2).build())) {
      engine.run(new StageRun(0, 5, new double[] {0.1}), report -> {});
    }
    assertThat(sorted(factory.journal(), "compute"))
        .containsExactly("compute 5: 0-4", "compute 5: 4-6");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void keepsStatisticsOfEveryWorker(int executors) {
    float[][] rows = Statistics.same(new float[] {10, 2}, WORKERS);
    rows[5][1] = 7;
    try (Engine engine = start(job(executors).groups(2).statistics(rows).build())) {
      assertThat(engine.statistics()).isDeepEqualTo(rows);
      engine.run(new StageRun(0, 0, new double[] {0.1, 0.1, 0.1}), report -> {});
      for (int w = 0; w < WORKERS; w++) {
        rows[w][0] += 3 * (1 + w);
      }
      assertThat(engine.statistics()).isDeepEqualTo(rows);
      assertThat(Statistics.mean(engine.statistics()))
          .containsExactly(10 + 3 * 3.5f, (5 * 2 + 7) / 6f);
    }
  }

  @Test
  void passesNotesOfEveryReplica() {
    List<List<Note>> notes = new ArrayList<>();
    try (Engine engine = start(job(2).build())) {
      engine.run(
          new StageRun(0, 0, new double[] {0.1, 0.1, 0.1}), report -> notes.add(report.notes()));
    }
    Note odd = new Note("1", "odd");
    assertThat(notes).containsExactly(List.of(), List.of(odd, odd), List.of());
  }

  @Test
  void goesOnFromACheckpointTakenInTheListener() {
    try (Engine whole = start(job(2).build())) {
      List<EngineJob> checkpoints = new ArrayList<>();
      whole.run(
          new StageRun(0, 0, RATES),
          report -> {
            if (report.iteration() == 2) {
              checkpoints.add(job(3).from(whole.weights(), whole.momentum()).build());
            }
          });
      try (Engine rest = start(checkpoints.get(0))) {
        assertThat(rest.weights()).containsExactly(checkpoints.get(0).weights());
        assertThat(rest.momentum()).containsExactly(checkpoints.get(0).momentum().orElseThrow());
        rest.run(
            new StageRun(0, 3, new double[] {RATES[3], RATES[4], RATES[5], RATES[6]}),
            report -> {});
        assertThat(doubles(rest.weights())).containsExactly(doubles(whole.weights()), within(1e-6));
        assertThat(doubles(rest.momentum()))
            .containsExactly(doubles(whole.momentum()), within(1e-6));
      }
    }
  }

  @Test
  void namesIterationAndWorkersOfAFailureAndDoesNotRetry() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS).failing(2, 4);
    List<Long> reported = new ArrayList<>();
    try (Engine engine = start(job(2).with(factory).build())) {
      StageRun stage = new StageRun(3, 0, RATES);
      assertThatThrownBy(() -> engine.run(stage, report -> reported.add(report.iteration())))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("stage 3")
          .hasMessageContaining(
              "iteration 2, workers 3 to 5 (executor 1): java.lang.IllegalStateException: shard is broken");
      assertThat(reported).containsExactly(0L, 1L);
      assertThat(sorted(factory.journal(), "compute 2: 3-6")).hasSize(1);
      assertThatThrownBy(() -> engine.run(stage, report -> {}))
          .hasMessage("stage 3: this engine failed before; start another from a checkpoint");
    }
    assertThat(sorted(factory.journal(), "close")).containsExactly("close 0", "close 1");
  }

  /** Runs out of memory, in the JVM's words, in every iteration. */
  private record Greedy(LeastSquares.Factory factory, String message) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      return new WrappedReplica(factory.create(executor, executors)) {
        @Override
        public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
          throw new OutOfMemoryError(message);
        }
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Java heap space,give executors more (spark.executor.memory; with a local master spark.driver.memory)",
    "Cannot reserve 9 bytes of direct buffer memory,give executors more beside the heap (spark.executor.memoryOverhead)"
  })
  void saysWhatToDoAboutAReplicaThatIsOutOfMemory(String message, String remedy) {
    Greedy factory = new Greedy(LeastSquares.Factory.of(PARAMETERS), message);
    EngineJob job = job(1).build();
    EngineJob greedy =
        new EngineJob(
            factory,
            WORKERS,
            1,
            1,
            job.sgd(),
            job.weights(),
            Optional.empty(),
            job.statistics(),
            OPTIONS);
    try (Engine engine = start(greedy)) {
      assertThatThrownBy(() -> engine.run(new StageRun(0, 0, RATES), report -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "stage 0: iteration 0, workers 0 to 5 (executor 0): java.lang.OutOfMemoryError: %s; %s"
                  .formatted(message, remedy));
    }
  }

  @Test
  void passesOnWhatTheListenerThrows() {
    try (Engine engine = start(job(1).build())) {
      assertThatThrownBy(
              () ->
                  engine.run(
                      new StageRun(0, 0, RATES),
                      report -> {
                        throw new ArithmeticException("loss is not a number");
                      }))
          .isExactlyInstanceOf(ArithmeticException.class)
          .hasMessage("loss is not a number");
    }
  }

  @Test
  void namesTheReplicaThatCannotBeMadeAndClosesTheOthers() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS).missing(1);
    assertThatThrownBy(() -> start(job(2).with(factory).build()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(
            "replica of executor 1: java.lang.IllegalStateException: no device left");
    assertThat(sorted(factory.journal(), "close")).hasSameSizeAs(sorted(factory.journal(), "open"));
  }

  @Test
  void closesReplicasOnce() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS);
    Engine engine = start(job(3).with(factory).build());
    engine.run(new StageRun(0, 0, new double[] {0.1}), report -> {});
    engine.close();
    engine.close();
    assertThat(sorted(factory.journal(), "open"))
        .containsExactly("open 0 of 3", "open 1 of 3", "open 2 of 3");
    assertThat(sorted(factory.journal(), "close")).containsExactly("close 0", "close 1", "close 2");
    assertThatThrownBy(() -> engine.run(new StageRun(4, 1, RATES), report -> {}))
        .hasMessage("stage 4: this engine is closed; start another from a checkpoint");
  }

  private static float[] weights() {
    float[] weights = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      weights[i] = LeastSquares.draw(-1, 0, i);
    }
    return weights;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static Job job(int executors) {
    return new Job(
        LeastSquares.Factory.of(PARAMETERS),
        executors,
        1,
        new Sgd(0.9, true),
        weights(),
        Optional.empty(),
        Statistics.same(new float[0], WORKERS));
  }

  private record Job(
      LeastSquares.Factory factory,
      int executors,
      int group,
      Sgd sgd,
      float[] weights,
      Optional<float[]> momentum,
      float[][] statistics) {
    Job with(LeastSquares.Factory other) {
      return new Job(other, executors, group, sgd, weights, momentum, statistics);
    }

    Job with(Sgd other) {
      return new Job(factory, executors, group, other, weights, momentum, statistics);
    }

    Job groups(int workers) {
      return new Job(factory, executors, workers, sgd, weights, momentum, statistics);
    }

    Job statistics(float[][] values) {
      return new Job(factory, executors, group, sgd, weights, momentum, values);
    }

    Job from(float[] weights, float[] momentum) {
      return new Job(factory, executors, group, sgd, weights, Optional.of(momentum), statistics);
    }

    EngineJob build() {
      return new EngineJob(
          factory, WORKERS, executors, group, sgd, weights, momentum, statistics, OPTIONS);
    }
  }
}
