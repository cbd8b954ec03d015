package io.multigrid.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; lists every problem that was found. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
