package io.multigrid.schedules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan for programs and for people. */
final class PlanFormat {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlanFormat() {}

  static String json(Plan plan, int lrSamplesPerEpoch) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("epochs", plan.epochs());
    json.put("baselineEpochs", plan.baselineEpochs());
    json.put("iterations", plan.iterations());
    json.put("clips", plan.clips());
    ArrayNode stages = json.putArray("stages");
    plan.stages().forEach(stage -> stages.add(json(plan, stage)));
    if (lrSamplesPerEpoch > 0) {
      ArrayNode rates = json.putArray("learningRates");
      for (long i = 0; i < (long) plan.epochs() * lrSamplesPerEpoch; i++) {
        double epoch = i / (double) lrSamplesPerEpoch;
        rates.addArray().add(epoch).add(plan.learningRate(epoch));
      }
    }
    ArrayNode warnings = json.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode json(Plan plan, Stage stage) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("index", stage.index());
    json.put("step", stage.step());
    json.put("firstEpoch", stage.firstEpoch());
    json.put("endEpoch", stage.endEpoch());
    json.put("batchFactor", stage.batchFactor());
    json.put("frames", stage.frames());
    json.put("crop", stage.crop());
    json.put("batch", stage.batch());
    json.putArray("stride").add(stage.minStride()).add(stage.maxStride());
    json.put("learningRate", stage.learningRate());
    json.putObject("batchNorm")
        .put("kind", stage.batchNorm().kind().name().toLowerCase(Locale.ROOT))
        .put("splits", stage.batchNorm().splits())
        .put("syncWorkers", stage.batchNorm().syncWorkers());
    ArrayNode shapes = json.putArray("shortCycle");
    stage
        .shortCycle()
        .forEach(
            s ->
                shapes
                    .addObject()
                    .put("batch", s.batch())
                    .put("crop", s.crop())
                    .put("stepBytes", plan.stepBytes(stage, s)));
    json.put("iterationsPerEpoch", stage.iterationsPerEpoch());
    json.put("iterations", stage.iterations());
    return json;
  }

  static String table(Plan plan) {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "stage",
          "step",
          "epochs",
          "frames",
          "stride",
          "batch x crop",
          "rate",
          "BN",
          "iterations",
          "memory"
        });
    for (Stage stage : plan.stages()) {
      rows.add(row(plan, stage));
    }
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        String cell = "%" + (c == 5 ? "-" : "") + widths[c] + "s  ";
        text.append(String.format(Locale.ROOT, cell, row[c]));
      }
      text.setLength(text.length() - 2);
      text.append('\n');
    }
    return text.append('\n').append(summary(plan)).toString();
  }

  private static String[] row(Plan plan, Stage stage) {
    BatchNorm bn = stage.batchNorm();
    return new String[] {
      String.valueOf(stage.index()),
      String.valueOf(stage.step()),
      stage.firstEpoch() + "-" + stage.endEpoch(),
      String.valueOf(stage.frames()),
      stage.minStride() == stage.maxStride()
          ? String.valueOf(stage.minStride())
          : stage.minStride() + "-" + stage.maxStride(),
      stage.shortCycle().stream()
          .map(s -> s.batch() + "x" + s.crop())
          .collect(Collectors.joining(" ")),
      String.format(Locale.ROOT, "%.4g", stage.learningRate()),
      switch (bn.kind()) {
        case PLAIN -> "plain";
        case SPLIT -> "split " + bn.splits();
        case SYNC -> "sync " + bn.syncWorkers();
      },
      String.valueOf(stage.iterations()),
      String.format(Locale.ROOT, "%,d MB", mostBytes(plan, stage) >> 20)
    };
  }

  private static long mostBytes(Plan plan, Stage stage) {
    return stage.shortCycle().stream()
        .mapToLong(shape -> plan.stepBytes(stage, shape))
        .max()
        .orElseThrow();
  }

  private static String summary(Plan plan) {
    Recipe recipe = plan.recipe();
    Cycles cycles = recipe.cycles();
    String own =
        String.format(
            Locale.ROOT,
            "%d epochs, %,d iterations, %,d clips of %,d videos on %d workers",
            plan.epochs(),
            plan.iterations(),
            plan.clips(),
            plan.datasetSize(),
            recipe.workers());
    if (!cycles.longCycle() && !cycles.shortCycle()) {
      return own;
    }
    Plan baseline = Plan.of(recipe.withoutCycles(), plan.datasetSize());
    return own
        + String.format(
            Locale.ROOT,
            "%nthe baseline: %d epochs, %,d iterations, %,d clips; %.2f times the iterations,"
                + " %.2f times the pixels, %.2f times the multiply-adds (%,.0f G forward)",
            baseline.epochs(),
            baseline.iterations(),
            baseline.clips(),
            baseline.iterations() / (double) plan.iterations(),
            baseline.pixels() / plan.pixels(),
            baseline.multiplyAdds() / plan.multiplyAdds(),
            baseline.multiplyAdds() / 1e9);
  }
}
