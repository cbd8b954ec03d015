package io.multigrid.train.forecast;

import io.multigrid.config.Recorded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Everything that a simulation takes for granted, and where it comes from. */
public final class Assumptions {
  private static final String MODEL = "model";

  /** Settings that count, and what they are. */
  private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put("simulate.spread", "mean share that chance adds to a step of an executor");
    SETTINGS.put("simulate.side-by-side", "executors at full speed at the same time, 0: all");
    SETTINGS.put("feed.threads", "threads of an executor that make clips");
    SETTINGS.put("feed.prefetch", "batches that may wait for the network of an executor");
    SETTINGS.put("simulate.storage-bandwidth", "bytes/s for all executors together, 0: no limit");
    SETTINGS.put("engine.compression", "of weights and gradients as they travel");
    SETTINGS.put("simulate.exchange.kind", "how they travel");
    SETTINGS.put("simulate.exchange.bandwidth", "bytes/s of an executor's link, 0: no limit");
    SETTINGS.put(
        "simulate.exchange.measured-bandwidth", "bytes/s of the links measured over, 0: none");
    SETTINGS.put("simulate.exchange.latency", "seconds of a message");
    SETTINGS.put("simulate.exchange.lookup", "seconds of the driver for a slice's place");
    SETTINGS.put(
        "simulate.exchange.overlap", "share of what travels that may run during the backward pass");
    SETTINGS.put("simulate.exchange.backward", "share of a step that is its backward pass");
    SETTINGS.put("simulate.losses.per-hour", "losses of one executor");
    SETTINGS.put("simulate.losses.replace", "seconds until all executors compute again");
    SETTINGS.put("checkpoint.every-iterations", "0: never");
    SETTINGS.put("checkpoint.every-minutes", "0: never");
    SETTINGS.put("simulate.iterations", "of a stage, at most; the others are like them");
    SETTINGS.put("seed", "of the draws");
  }

  private Assumptions() {}

  /**
   * What was taken for granted of any of the simulations, each once.
   *
   * @param file of the step times
   * @param times of which those on as many executors counted, or the nearest
   */
  public static List<Assumption> of(
      Recorded settings, String file, List<StepTimes> times, List<Comparison> simulated) {
    Map<Assumption, SortedSet<Integer>> executors = new LinkedHashMap<>();
    SortedSet<Integer> counts = new TreeSet<>();
    for (Comparison comparison : simulated) {
      int count = comparison.executors();
      counts.add(count);
      List<Assumption> these = measured(file, StepTimes.nearest(times, count));
      these.addAll(modelled(comparison.multigrid()));
      comparison.baseline().value().ifPresent(baseline -> these.addAll(modelled(baseline)));
      these.forEach(each -> executors.computeIfAbsent(each, a -> new TreeSet<>()).add(count));
    }
    List<Assumption> all = new ArrayList<>();
    executors.forEach((each, on) -> all.add(on.equals(counts) ? each : each.on(on)));
    SETTINGS.forEach(
        (key, what) ->
            all.add(
                new Assumption(
                    key + ", " + what,
                    settings.values().get(key),
                    settings.standard().contains(key) ? "default" : settings.origins().get(key))));
    all.add(
        new Assumption(
            "links are full duplex, one an executor, with no bottleneck between them", "", MODEL));
    all.add(new Assumption("start-up, evaluations and checkpoints take no time", "", MODEL));
    return all;
  }

  private static List<Assumption> measured(String file, StepTimes measured) {
    List<Assumption> all = new ArrayList<>();
    String executors = SimulationFormat.executors(measured.executors());
    all.add(
        new Assumption(
            "steps are those of the slowest executor, measured on " + executors, "", file));
    all.add(
        new Assumption(
            "exchange, stepping and scheduling, measured on " + executors,
            String.format(Locale.ROOT, "%.4g s", measured.exchangeSeconds()),
            file));
    if (measured.steps().stream().allMatch(step -> step.decodeSeconds() == 0)) {
      all.add(new Assumption("decoding takes no time, as it was not measured", "", file));
    }
    if (measured.steps().stream().allMatch(step -> step.storageBytes() == 0)) {
      all.add(new Assumption("nothing is read, as bytes were not measured", "", file));
    }
    return all;
  }

  private static List<Assumption> modelled(Simulation simulation) {
    return simulation.assumptions().stream().map(text -> new Assumption(text, "", MODEL)).toList();
  }
}
