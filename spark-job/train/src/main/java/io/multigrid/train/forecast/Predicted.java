package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What was predicted, or why it was not.
 *
 * @param missing in words; empty where there is a value, or none was asked for
 */
public record Predicted<T>(Optional<T> value, Optional<String> missing) {
  public static <T> Predicted<T> nothing() {
    return new Predicted<>(Optional.empty(), Optional.empty());
  }

  public static <T> Predicted<T> of(T value) {
    return new Predicted<>(Optional.of(value), Optional.empty());
  }

  /** A {@link ConfigurationException} says why there is no value. */
  public static <T> Predicted<T> tried(Supplier<T> predict) {
    try {
      return of(predict.get());
    } catch (ConfigurationException e) {
      return new Predicted<>(
          Optional.empty(),
          Optional.of(
              e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "))));
    }
  }
}
