package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every run of the authors' code that did not crash comes out the same. */
class GoldenSchedulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> schedules() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode run : golden("schedules").get("runs")) {
      if (run.get("error").isNull()) {
        tests.add(DynamicTest.dynamicTest(run.get("name").asText(), () -> check(run)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(15);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> costs() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode schedules = golden("schedules").get("runs");
    golden("cost")
        .get("runs")
        .fields()
        .forEachRemaining(
            cost -> {
              for (JsonNode run : schedules) {
                if (run.get("name").asText().equals(scheduleOf(cost.getKey()))) {
                  tests.add(
                      DynamicTest.dynamicTest(
                          cost.getKey(), () -> checkCost(cost.getKey(), run, cost.getValue())));
                }
              }
            });
    assertThat(tests).hasSizeGreaterThan(6);
    return tests.stream();
  }

  private static void checkCost(String name, JsonNode run, JsonNode cost) {
    long videos = name.startsWith("k") ? 240_000 : name.startsWith("ssv2") ? 168_913 : 7_985;
    Recipe slow = recipe(run.get("input"));
    Recipe recipe =
        new Recipe(
            slow.workers(),
            slow.batch(),
            slow.clip(),
            slow.cycles(),
            slow.solver(),
            ModelReader.model(Settings.reference()), // SlowFast R50
            slow.seed());
    Plan plan = Plan.of(recipe, videos);
    assertThat(plan.epochs()).isEqualTo(cost.get("epochs").asInt());
    assertThat(plan.iterations()).isEqualTo(cost.get("iterations").asLong());
    assertThat(plan.clips()).isEqualTo(cost.get("clips").asLong());
    assertThat(plan.pixels())
        .isCloseTo(cost.get("pixels_B*T*H*W").asDouble(), within(1e-9 * plan.pixels()));
    double multiplyAdds = cost.get("forward_gmacs_slowfast_r50").asDouble() * 1e9;
    assertThat(plan.multiplyAdds()).isCloseTo(multiplyAdds, within(0.01 * multiplyAdds));
  }

  /** Cost runs are named a little differently from the schedules that they belong to. */
  private static String scheduleOf(String cost) {
    return switch (cost) {
      case "kinetics_baseline" -> "kinetics_baseline_stepwise";
      case "kinetics_short_only" -> "k_short_only";
      case "kinetics_long_only_PATCHED" -> "k_long_only_PATCHED";
      case "kinetics_epoch_factor_1" -> "k_ef1";
      default -> cost;
    };
  }

  private static void check(JsonNode run) {
    Recipe recipe = recipe(run.get("input"));
    Plan plan = Plan.of(recipe, 240_000);
    assertThat(plan.epochs()).isEqualTo(run.get("solver").get("MAX_EPOCH").asInt());
    JsonNode schedule = run.get("schedule_[step_index,[b,t,s],end_epoch]");
    if (schedule != null && !schedule.isNull()) {
      assertThat(plan.stages()).hasSize(schedule.size());
      for (int i = 0; i < schedule.size(); i++) {
        Stage stage = plan.stages().get(i);
        JsonNode shape = schedule.get(i).get(1);
        assertThat(stage.step()).isEqualTo(schedule.get(i).get(0).asInt());
        assertThat(stage.batchFactor()).isEqualTo(shape.get(0).asInt());
        assertThat(stage.frames()).isEqualTo(shape.get(1).asInt());
        assertThat(stage.crop()).isEqualTo(shape.get(2).asInt());
        assertThat(stage.endEpoch()).isEqualTo(schedule.get(i).get(2).asInt());
      }
    }
    checkPhases(run, recipe, plan);
    JsonNode epochs = run.get("lr_epoch");
    for (int i = 0; i < epochs.size(); i++) {
      assertThat(plan.learningRate(epochs.get(i).asDouble()))
          .as("rate at epoch " + epochs.get(i))
          .isCloseTo(run.get("lr").get(i).asDouble(), within(1e-12));
    }
  }

  private static void checkPhases(JsonNode run, Recipe recipe, Plan plan) {
    for (JsonNode phase : run.get("phases")) {
      int first = phase.get("first_epoch").asInt();
      Stage stage =
          plan.stages().stream()
              .filter(s -> s.firstEpoch() <= first && first < s.endEpoch())
              .findFirst()
              .orElseThrow();
      assertThat(stage.batch()).isEqualTo(phase.get("BATCH_SIZE").asInt());
      assertThat(stage.frames()).isEqualTo(phase.get("NUM_FRAMES").asInt());
      assertThat(stage.crop()).isEqualTo(phase.get("TRAIN_CROP_SIZE").asInt());
      int longStride = phase.get("LONG_CYCLE_SAMPLING_RATE").asInt();
      assertThat(stage.maxStride()).isEqualTo(Math.max(longStride, recipe.clip().stride()));
      checkBatchNorm(stage.batchNorm(), phase);
      JsonNode turns = phase.path("short_cycle").path("first12_[batch,short_idx,crop]");
      for (JsonNode turn : turns) {
        ShortShape shape = stage.shortCycle().get(turn.get(1).asInt());
        assertThat(shape.batch() / recipe.workers()).isEqualTo(turn.get(0).asInt());
        assertThat(shape.crop()).isEqualTo(turn.get(2).asInt());
      }
      for (JsonNode size : phase.path("short_cycle").path("dataset_size_cases")) {
        checkEpoch(run, recipe, stage, size);
      }
    }
  }

  /** The sizes are those of one worker's share. */
  private static void checkEpoch(JsonNode run, Recipe recipe, Stage stage, JsonNode size) {
    if (!size.get("drop_last").asBoolean()) {
      return;
    }
    long videos = size.get("dataset_len").asLong() * recipe.workers();
    Stage sized = Plan.of(recipe, videos).stages().get(stage.index());
    assertThat(sized.iterationsPerEpoch())
        .as(run.get("name").asText() + " " + size)
        .isEqualTo(Math.max(1, size.get("actual_batches").asLong()));
  }

  private static void checkBatchNorm(BatchNorm bn, JsonNode phase) {
    switch (phase.get("NORM_TYPE").asText()) {
      case "batchnorm" -> assertThat(bn).isEqualTo(BatchNorm.PLAIN);
      case "sub_batchnorm" ->
          assertThat(bn)
              .isEqualTo(new BatchNorm(BatchNorm.Kind.SPLIT, phase.get("NUM_SPLITS").asInt(), 1));
      case "sync_batchnorm" ->
          assertThat(bn)
              .isEqualTo(
                  new BatchNorm(BatchNorm.Kind.SYNC, 1, phase.get("NUM_SYNC_DEVICES").asInt()));
      default -> throw new AssertionError(phase);
    }
  }

  /** A recorded run by its name. */
  static JsonNode run(String name) throws IOException {
    for (JsonNode run : golden("schedules").get("runs")) {
      if (run.get("name").asText().equals(name)) {
        return run;
      }
    }
    throw new AssertionError("no run " + name);
  }

  static Recipe recipe(JsonNode in) {
    JsonNode cycle = in.get("MULTIGRID");
    Settings settings =
        Settings.reference()
            .with("model.name", "slow")
            .with("workers", in.get("NUM_GPUS").asInt())
            .with("batch", in.get("BATCH_SIZE").asInt())
            .with("clip.frames", in.get("NUM_FRAMES").asInt())
            .with("clip.stride", in.get("SAMPLING_RATE").asInt())
            .with("clip.crop", in.get("TRAIN_CROP_SIZE").asInt())
            .with("clip.jitter", JSON.convertValue(in.get("TRAIN_JITTER_SCALES"), List.class))
            .with("cycles.long", cycle.get("LONG_CYCLE").asBoolean())
            .with("cycles.short", cycle.get("SHORT_CYCLE").asBoolean())
            .with("cycles.epoch-factor", cycle.get("EPOCH_FACTOR").asDouble())
            .with("cycles.bn-group", cycle.get("BN_BASE_SIZE").asInt())
            .with(
                "cycles.long-factors",
                JSON.convertValue(cycle.get("LONG_CYCLE_FACTORS"), List.class))
            .with(
                "cycles.short-factors",
                JSON.convertValue(cycle.get("SHORT_CYCLE_FACTORS"), List.class))
            .with("solver.steps", JSON.convertValue(in.get("STEPS"), List.class))
            .with("solver.epochs", in.get("MAX_EPOCH").asInt())
            .with("solver.gamma", in.get("GAMMA").asDouble())
            .with("solver.learning-rate", in.get("BASE_LR").asDouble())
            .with(
                "solver.policy", in.get("LR_POLICY").asText().equals("cosine") ? "cosine" : "steps")
            .with("solver.warmup-epochs", in.get("WARMUP_EPOCHS").asDouble())
            .with("solver.warmup-start", in.get("WARMUP_START_LR").asDouble());
    return Recipe.from(settings);
  }

  private static JsonNode golden(String name) throws IOException {
    String resource = String.format(Locale.ROOT, "/golden/%s.json.gz", name);
    try (InputStream in =
        new GZIPInputStream(GoldenSchedulesTest.class.getResourceAsStream(resource))) {
      return JSON.readTree(in);
    }
  }
}
