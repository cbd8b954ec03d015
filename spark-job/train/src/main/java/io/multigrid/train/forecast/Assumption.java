package io.multigrid.train.forecast;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a simulation takes for granted.
 *
 * @param what a setting, or something in words
 * @param value with its unit; empty where the words say it all
 * @param from a file of step times, where a setting was given, or {@code default}
 * @param executors numbers of them that it is taken for granted of; none for all that were
 *     simulated
 */
public record Assumption(String what, String value, String from, List<Integer> executors) {
  public Assumption {
    executors = List.copyOf(executors);
  }

  Assumption(String what, String value, String from) {
    this(what, value, from, List.of());
  }

  Assumption on(Collection<Integer> numbers) {
    return new Assumption(what, value, from, List.copyOf(numbers));
  }

  @Override
  public String toString() {
    String numbers = executors.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String noun = executors.equals(List.of(1)) ? " executor" : " executors";
    return what
        + (value.isEmpty() ? "" : " = " + value)
        + (" (" + from)
        + (executors.isEmpty() ? ")" : ", on " + numbers + noun + ")");
  }
}
