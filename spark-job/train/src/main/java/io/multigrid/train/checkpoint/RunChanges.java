package io.multigrid.train.checkpoint;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.schedules.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How what is asked for differs from what a checkpoint is a run of. Where and how fast it runs, and
 * what is measured on the way, may differ; everything that weights depend on may not.
 *
 * @param notes settings that only one of two programs has, which do not matter
 */
public record RunChanges(Checkpoint checkpoint, List<Problem> differences, List<String> notes) {
  private static final List<String> FREE =
      List.of(
          "engine.",
          "feed.",
          "evaluate.",
          "progress.",
          "checkpoint.",
          "divergence.",
          "prep.",
          "quickstart.",
          "simulate.");
  private static final List<String> BOUND = List.of("engine.compression");
  private static final String REMEDY =
      "give back the old value, or add --accept-changes to go on with the new one";

  public static RunChanges between(
      Checkpoint checkpoint, Recorded settings, Checkpoint.Source data) {
    List<Problem> differences = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    SortedMap<String, String> defaults = Recorded.defaults();
    SortedMap<String, String> now = settings.values();
    SortedSet<String> keys = new TreeSet<>(now.keySet());
    keys.addAll(checkpoint.subject().settings().keySet());
    for (String key : keys) {
      String before = checkpoint.subject().settings().get(key);
      if (!matters(key) || String.valueOf(before).equals(now.get(key))) {
        continue;
      }
      if (!settings.knows(key)) {
        notes.add("the checkpoint has %s = %s, which this program has not".formatted(key, before));
      } else if (before == null && now.get(key).equals(defaults.get(key))) {
        notes.add("the checkpoint has no " + key + " yet; it is " + now.get(key));
      } else {
        differences.add(
            settings.problem(
                key,
                "the checkpoint has " + (before == null ? "no such setting" : before),
                REMEDY));
      }
    }
    Checkpoint.Source then = checkpoint.subject().data();
    Map<String, List<?>> facts =
        Map.of(
            "revision", List.of(then.revision(), data.revision()),
            "train videos", List.of(then.trainVideos(), data.trainVideos()),
            "classes", List.of(then.classes(), data.classes()));
    for (String fact : new TreeSet<>(facts.keySet())) {
      List<?> values = facts.get(fact);
      if (!values.get(0).equals(values.get(1))) {
        differences.add(
            new Problem(
                data.uri(),
                fact,
                values.get(1).toString(),
                "the checkpoint has " + values.get(0),
                "train on that data set, or add --accept-changes"));
      }
    }
    if (then.alike(data) && !then.content().equals(data.content())) {
      differences.add(
          new Problem(
              data.uri(),
              "content",
              data.content(),
              "the checkpoint has " + then.content() + " with as many videos of the same classes",
              "train on that data set, or add --accept-changes"));
    }
    return new RunChanges(checkpoint, differences, notes);
  }

  private static boolean matters(String key) {
    return BOUND.contains(key) || FREE.stream().noneMatch(key::startsWith);
  }

  /**
   * @param plan that is to go on
   * @throws ConfigurationException listing what has changed, if that is not accepted, and whatever
   *     cannot be accepted
   */
  public void check(String out, Plan plan, boolean accepted) {
    List<Problem> problems = new ArrayList<>(accepted ? List.of() : differences);
    Position position = checkpoint.position(plan);
    if (!position.within(plan)) {
      problems.add(
          new Problem(
              out,
              "--resume",
              "",
              "%s epochs and %s iterations are done of a plan of %s epochs"
                  .formatted(position.epochs(), position.done(), plan.epochs()),
              "lengthen the plan (solver.epochs), or train in another folder"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
