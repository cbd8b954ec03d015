package io.multigrid.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A configuration that cannot be used; lists every problem that was found. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /**
   * What a part is read as; empty if it has problems, which are added to those of others: problems
   * of one part do not hide those of another.
   */
  public static <X> Optional<X> collect(List<Problem> problems, Supplier<X> part) {
    try {
      return Optional.of(part.get());
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  public List<Problem> problems() {
    return problems;
  }
}
