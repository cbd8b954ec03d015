package io.multigrid.train.forecast;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Simulations for programs and for people. */
public final class SimulationFormat {
  private static final String COLUMNS = "%-12s  %10s  %11s  %8s  %8s  %8s  %8s  %8s  %10s";

  private SimulationFormat() {}

  /**
   * @param own on the executors of the recipe
   * @param others on other numbers of them
   */
  public static ObjectNode json(
      Comparison own, Map<Integer, Predicted<Comparison>> others, List<Assumption> assumptions) {
    ObjectNode json = json(own);
    ArrayNode counts = json.putArray("others");
    others.forEach(
        (number, other) -> {
          other.value().ifPresent(comparison -> counts.add(json(comparison)));
          other
              .missing()
              .ifPresent(
                  reason -> counts.addObject().put("executors", number).put("missing", reason));
        });
    ArrayNode list = json.putArray("assumptions");
    for (Assumption assumption : assumptions) {
      ObjectNode node =
          list.addObject()
              .put("what", assumption.what())
              .put("value", assumption.value())
              .put("from", assumption.from());
      if (!assumption.executors().isEmpty()) {
        assumption.executors().forEach(node.putArray("executors")::add);
      }
    }
    return json;
  }

  private static ObjectNode json(Comparison comparison) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("executors", comparison.executors());
    json.set("multigrid", json(comparison.multigrid()));
    comparison.baseline().value().ifPresent(baseline -> json.set("baseline", json(baseline)));
    comparison.baseline().missing().ifPresent(reason -> json.put("baselineMissing", reason));
    comparison.ratio().ifPresent(ratio -> json.put("ratio", ratio));
    return json;
  }

  private static ObjectNode json(Simulation simulation) {
    ObjectNode json = json(simulation.iterations(), simulation.parts());
    ArrayNode stages = json.putArray("stages");
    for (Simulation.StageTimes stage : simulation.stages()) {
      stages.add(
          new ObjectMapper()
              .createObjectNode()
              .put("index", stage.stage())
              .setAll(json(stage.iterations(), stage.parts())));
    }
    return json;
  }

  private static ObjectNode json(long iterations, Parts parts) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("iterations", iterations);
    json.put("seconds", parts.seconds());
    json.put("hours", parts.seconds() / 3600);
    json.put("secondsPerIteration", parts.seconds() / iterations);
    Parts one = parts.times(1.0 / iterations);
    json.putObject("parts")
        .put("compute", one.compute())
        .put("slowest", one.slowest())
        .put("feed", one.feed())
        .put("exchange", one.exchange())
        .put("loss", one.loss());
    return json;
  }

  /** As {@link #json}. */
  public static String table(
      Comparison own, Map<Integer, Predicted<Comparison>> others, List<Assumption> assumptions) {
    StringBuilder text = new StringBuilder();
    text.append("simulated on ")
        .append(executors(own.executors()))
        .append("; seconds of an iteration\n");
    text.append(header("stage"));
    stages(text, "", own.multigrid());
    own.baseline().value().ifPresent(baseline -> stages(text, "baseline ", baseline));
    own.baseline()
        .missing()
        .ifPresent(reason -> text.append("\nno baseline: ").append(reason).append('\n'));
    own.ratio()
        .ifPresent(
            ratio ->
                text.append(
                    String.format(
                        Locale.ROOT, "%nthe baseline takes %.2f times as long%n", ratio)));
    if (!others.isEmpty()) {
      text.append('\n').append(counts(others));
    }
    assumptions.forEach(assumption -> text.append("\nassumed: ").append(assumption));
    return text.toString();
  }

  private static String header(String first) {
    return String.format(
        Locale.ROOT,
        COLUMNS + "%n",
        first,
        "iterations",
        "s/iteration",
        "compute",
        "slowest",
        "feed",
        "exchange",
        "loss",
        "hours");
  }

  private static void stages(StringBuilder text, String name, Simulation simulation) {
    for (Simulation.StageTimes stage : simulation.stages()) {
      text.append(row(name + stage.stage(), stage.iterations(), stage.parts())).append('\n');
    }
    text.append(row(name + "all", simulation.iterations(), simulation.parts())).append('\n');
  }

  private static String row(String name, long iterations, Parts parts) {
    Parts one = parts.times(1.0 / iterations);
    return String.format(
        Locale.ROOT,
        COLUMNS,
        name,
        iterations,
        seconds(one.seconds()),
        seconds(one.compute()),
        seconds(one.slowest()),
        seconds(one.feed()),
        seconds(one.exchange()),
        seconds(one.loss()),
        String.format(Locale.ROOT, "%.3f", parts.seconds() / 3600));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.4f", seconds);
  }

  private static String counts(Map<Integer, Predicted<Comparison>> others) {
    StringBuilder text = new StringBuilder(header("executors").stripTrailing());
    text.append("  baseline h  ratio\n");
    others.forEach(
        (number, other) -> {
          other.value().ifPresent(comparison -> text.append(row(comparison)));
          other
              .missing()
              .ifPresent(
                  reason -> text.append(String.format(Locale.ROOT, "%-12s  %s", number, reason)));
          text.append('\n');
        });
    return text.toString();
  }

  private static String row(Comparison comparison) {
    Simulation multigrid = comparison.multigrid();
    Predicted<Simulation> baseline = comparison.baseline();
    return row("" + comparison.executors(), multigrid.iterations(), multigrid.parts())
        + String.format(
            Locale.ROOT,
            "  %10s  %5s",
            baseline
                .value()
                .map(b -> String.format(Locale.ROOT, "%.3f", b.seconds() / 3600))
                .orElse("?"),
            comparison.ratio().isPresent()
                ? String.format(Locale.ROOT, "%.2f", comparison.ratio().getAsDouble())
                : "?")
        + baseline.missing().map(reason -> "  no baseline: " + reason).orElse("");
  }

  static String executors(int number) {
    return number == 1 ? "1 executor" : number + " executors";
  }
}
