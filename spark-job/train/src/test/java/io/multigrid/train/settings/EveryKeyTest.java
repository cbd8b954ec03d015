package io.multigrid.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import io.multigrid.prep.job.PrepSettings;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.feed.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every key of every reference.conf is read by one section, and by no other. */
class EveryKeyTest {
  /** A line a key: a value that is not the default. */
  private static final String OTHERS =
      """
      workers = 4
      batch = 128
      seed = 2
      clip.frames = 64
      clip.stride = 4
      clip.crop = 112
      clip.jitter = [256, 340]
      clip.fps = 25
      clip.jitter-reading = lower
      clip.jitter-draw = inverse
      clip.sampling = ssv2
      clip.flip = false
      cycles.long = false
      cycles.short = false
      cycles.epoch-factor = 2
      cycles.bn-group = 4
      cycles.long-factors = [[0.5, 1], [1, 1]]
      cycles.short-factors = [0.5]
      solver.learning-rate = 0.2
      solver.policy = cosine
      solver.steps = [0, 100]
      solver.gamma = 0.5
      solver.epochs = 300
      solver.warmup-epochs = 10
      solver.warmup-start = 0.02
      solver.momentum = 0.8
      solver.nesterov = false
      solver.weight-decay = 0.001
      solver.bn-weight-decay = 0.1
      solver.clip-gradient-norm = 40
      solver.clip-gradient-value = 1
      model.name = slow
      model.depth = 101
      model.width = 32
      model.classes = 10
      model.blocks = [1, 1, 1, 1]
      model.block = basic
      model.temporal-kernels = [3, 1, 1, 3, 3]
      model.temporal-pool = 2
      model.alpha = 2
      model.beta-inv = 4
      model.fusion-ratio = 1
      model.fusion-kernel = 5
      model.nonlocal.blocks = [[3, 1]]
      model.nonlocal.pairing = dot-product
      model.nonlocal.pool = 1
      model.dropout = 20%
      model.zero-init-final-bn = false
      model.loss = sigmoid
      model.label-smoothing = 10%
      model.precision = bfloat16
      model.layout = channels-last
      model.keep = stages
      checkpoint.every-iterations = 10
      checkpoint.every-minutes = 1 hour
      checkpoint.keep = 3
      engine.name = local
      engine.executors = 2
      engine.threads = 3
      engine.device = gpu
      engine.compression = fp16
      engine.patience = 10
      engine.iteration-limit = 2 hours
      engine.restarts = 1
      initial.weights = some.pth
      initial.partial = true
      feed.threads = 2
      feed.prefetch = 3
      feed.max-damaged = 5%
      feed.patience = 1 minute
      evaluate.views = 3
      evaluate.crops = 1
      evaluate.crop = 224
      evaluate.sampling = ssv2
      evaluate.combine = max
      evaluate.pooling = windows
      evaluate.short-side = 288
      evaluate.split = test
      evaluate.precise-batches = 0
      evaluate.every-epochs = 2
      divergence.factor = 3.5
      divergence.iterations = 4
      progress.every-seconds = 1
      simulate.executors = [1, 16]
      simulate.iterations = 20
      simulate.spread = 0.1
      simulate.side-by-side = 2
      simulate.storage-bandwidth = 1e8
      simulate.exchange.kind = ring
      simulate.exchange.bandwidth = 1e8
      simulate.exchange.measured-bandwidth = 1e9
      simulate.exchange.latency = 1 second
      simulate.exchange.lookup = 0
      simulate.exchange.overlap = 70%
      simulate.exchange.backward = 50%
      simulate.losses.per-hour = 0.01
      simulate.losses.replace = 5 minutes
      quickstart.train-videos = 10
      quickstart.validation-videos = 5
      prep.codec = mjpeg
      prep.quality = 50
      prep.validation-share = 10%
      prep.max-quarantine = 5%
      prep.videos-per-shard = 8
      prep.time-limit-seconds = 5 minutes
      prep.patience = 1 minute
      prep.retry-quarantined = true
      prep.same-content = refuse
      prep.keep-revisions-hours = 1
      prep.orphan-grace-hours = 2 days
      """;

  @Test
  void everyKeyThatThereIsHasAnotherValueHere() {
    Set<String> known = new TreeSet<>(Settings.reference().values().keySet());
    known.add("initial.weights"); // null by default
    assertThat(others().keySet()).containsExactlyInAnyOrderElementsOf(known);
  }

  @TestFactory
  Stream<DynamicTest> everyKeyIsReadByOneSectionAlone() {
    Map<String, Object> defaults = sections(Settings.reference());
    return others().entrySet().stream()
        .map(
            other ->
                DynamicTest.dynamicTest(
                    other.getKey(),
                    () -> {
                      String set = other.getKey() + "=" + other.getValue();
                      Map<String, Object> read =
                          sections(Settings.load(Optional.empty(), List.of(set)));
                      List<String> changed = new ArrayList<>(read.keySet());
                      changed.removeIf(name -> read.get(name).equals(defaults.get(name)));
                      int dot = other.getKey().indexOf('.');
                      assertThat(changed)
                          .containsExactly(dot < 0 ? "" : other.getKey().substring(0, dot));
                    }));
  }

  @Test
  void theDefaultsAreTheDocumentedOnes() {
    Settings settings = Settings.reference();
    assertThat(TrainSettings.from(settings))
        .isEqualTo(
            new TrainSettings(
                new EngineSettings(
                    "bigdl", 1, 0, "cpu", "none", Duration.ofMinutes(5), Duration.ofHours(1), 5),
                new FeedSettings(1, 2, 0.01, Duration.ofMinutes(3)),
                new EvaluateSettings(
                    new EvaluationClips.Views(
                        Sampling.Rule.EVEN,
                        10,
                        3,
                        256,
                        256,
                        EvaluationClips.Pooling.CLIP,
                        EvaluationClips.Combine.MEAN),
                    Split.VALIDATION,
                    0,
                    200),
                new CheckpointPolicy(500, Duration.ofMinutes(15), 2),
                new DivergenceSettings(20, 10),
                Duration.ofSeconds(5),
                new InitialSettings(Optional.empty(), false)));
    PrepSettings prep = PrepSettings.from(settings);
    assertThat(prep.encoding()).isEqualTo(new PrepSettings.Encoding("h264-8", 75));
    assertThat(prep.admission())
        .isEqualTo(new PrepSettings.Admission(0.2, 0.01, false, PrepSettings.OnSameContent.REPORT));
    assertThat(prep.videosPerShard()).isEqualTo(64);
    assertThat(prep.timeLimit()).isEqualTo(Duration.ofMinutes(10));
    assertThat(prep.patience()).isEqualTo(Duration.ofMinutes(3));
    assertThat(prep.retention())
        .isEqualTo(new PrepSettings.Retention(Duration.ofDays(14), Duration.ofDays(1)));
    assertThat(QuickstartSettings.from(settings)).isEqualTo(new QuickstartSettings(110, 45));
    assertThat(SimulateSettings.from(settings))
        .isEqualTo(
            new SimulateSettings(
                List.of(1, 2, 4, 8, 16, 32, 64, 128),
                500,
                0.05,
                0,
                0,
                new SimulateSettings.Exchange(
                    SimulateSettings.Kind.SLICES,
                    1.25e9,
                    0,
                    Duration.ofNanos(100_000),
                    Duration.ofNanos(20_000),
                    0,
                    0.66),
                new SimulateSettings.Losses(0, Duration.ofMinutes(1))));
  }

  @Test
  void whatIsImpossibleIsToldTogether() {
    List<String> sets =
        List.of(
            "engine.name=bigdll",
            "engine.executors=0",
            "engine.device=gpu1",
            "engine.patience=-1",
            "engine.iteration-limit=0",
            "checkpoint.every-minutes=-5",
            "feed.prefetch=0",
            "evaluate.crop=300",
            "evaluate.split=none",
            "divergence.factor=-1");
    assertThatThrownBy(() -> TrainSettings.from(Settings.load(Optional.empty(), sets)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "--set: multigrid.engine.name = \"bigdll\": must be one of bigdl, collective, local, the engines on the class path; choose one of them",
            "--set: multigrid.engine.executors = 0: must be at least 1; give a positive number",
            "--set: multigrid.engine.device = \"gpu1\": must be cpu, cuda:0 (or another number),",
            "--set: multigrid.engine.patience = -1: must not be negative; give 0 or more",
            "--set: multigrid.engine.iteration-limit = 0: must be above 0",
            "--set: multigrid.checkpoint.every-minutes = -5: must not be negative",
            "--set: multigrid.feed.prefetch = 0: must be at least 1",
            "--set: multigrid.evaluate.crop = 300: must be at most evaluate.short-side = 256",
            "must be one of train, validation, test; choose one of them",
            "--set: multigrid.divergence.factor = -1: must not be negative");
  }

  @Test
  void theCollectiveEngineTakesNoCompression() {
    List<String> sets = List.of("engine.name=collective", "engine.compression=fp16");
    assertThatThrownBy(() -> TrainSettings.from(Settings.load(Optional.empty(), sets)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "--set: multigrid.engine.compression = \"fp16\": must be none with engine.name = collective; leave it out, or choose engine.name = bigdl");
  }

  @Test
  void aTextWhoseDefaultIsNullMustBeOne() {
    for (String value : List.of("[1]", "{a=1}")) {
      assertThatThrownBy(() -> Settings.load(Optional.empty(), List.of("initial.weights=" + value)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("multigrid.initial.weights = ")
          .hasMessageEndingWith(": must be a text; the default is null");
    }
  }

  @Test
  void problemsOfTheRecipeDoNotHideThoseOfTheRun() {
    List<String> sets = List.of("solver.learning-rate=-1", "engine.executors=0");
    assertThatThrownBy(() -> RunSettings.from(Settings.load(Optional.empty(), sets)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("solver.learning-rate = -1", "engine.executors = 0");
  }

  private static Map<String, String> others() {
    Map<String, String> others = new LinkedHashMap<>();
    OTHERS.lines().forEach(line -> others.put(line.split(" = ", 2)[0], line.split(" = ", 2)[1]));
    return others;
  }

  /** What every section's reader makes of the settings. */
  private static Map<String, Object> sections(Settings settings) {
    Recipe recipe = Recipe.from(settings);
    TrainSettings train = TrainSettings.from(settings);
    PrepSettings prep = PrepSettings.from(settings);
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("", List.of(recipe.workers(), recipe.batch(), recipe.seed()));
    sections.put("clip", recipe.clip());
    sections.put("cycles", recipe.cycles());
    sections.put("solver", recipe.solver());
    sections.put("model", recipe.model());
    sections.put("engine", train.engine());
    sections.put("feed", train.feed());
    sections.put("evaluate", train.evaluate());
    sections.put("checkpoint", train.checkpoints());
    sections.put("divergence", train.divergence());
    sections.put("progress", train.progress());
    sections.put("initial", train.initial());
    sections.put("simulate", SimulateSettings.from(settings));
    sections.put("quickstart", QuickstartSettings.from(settings));
    sections.put(
        "prep",
        List.of(
            prep.encoding(),
            prep.admission(),
            prep.videosPerShard(),
            prep.timeLimit(),
            prep.patience(),
            prep.retention()));
    return sections;
  }
}
