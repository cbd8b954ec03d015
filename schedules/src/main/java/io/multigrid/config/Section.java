package io.multigrid.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One section's values. What is wrong with one is added to the problems, and something that can be
 * gone on with is read instead, so that all problems are found together. Keys are relative to the
 * section.
 */
public final class Section {
  private final Settings settings;
  private final String prefix;
  private final List<Problem> problems;

  Section(Settings settings, String prefix, List<Problem> problems) {
    this.settings = settings;
    this.prefix = prefix;
    this.problems = problems;
  }

  /** A whole number of at least 1. */
  public int positive(String key) {
    int value = integer(key);
    if (value < 1) {
      problem(key, "must be at least 1", "give a positive number");
    }
    return Math.max(value, 1);
  }

  /** A whole number of at least 0. */
  public int natural(String key) {
    int value = integer(key);
    if (value < 0) {
      problem(key, "must not be negative", "give 0 or more");
    }
    return Math.max(value, 0);
  }

  public int integer(String key) {
    BigDecimal value = settings.exact(prefix + key);
    return whole(key, Stream.of(value), Integer.MIN_VALUE, Integer.MAX_VALUE)
        ? value.intValue()
        : 1;
  }

  public long longInteger(String key) {
    BigDecimal value = settings.exact(prefix + key);
    return whole(key, Stream.of(value), Long.MIN_VALUE, Long.MAX_VALUE) ? value.longValue() : 1;
  }

  private boolean whole(String key, Stream<BigDecimal> values, long least, long most) {
    boolean whole =
        values.allMatch(
            value ->
                value.stripTrailingZeros().scale() <= 0
                    && value.compareTo(BigDecimal.valueOf(least)) >= 0
                    && value.compareTo(BigDecimal.valueOf(most)) <= 0);
    if (!whole) {
      problem(
          key, "must be whole, " + least + " to " + most, "round it, or take another in between");
    }
    return whole;
  }

  public double number(String key) {
    return settings.number(prefix + key);
  }

  /** A number above 0. */
  public double positiveNumber(String key) {
    double value = number(key);
    if (!(value > 0)) {
      problem(key, "must be above 0", "give a positive number");
    }
    return value;
  }

  /** A number of at least 0. */
  public double naturalNumber(String key) {
    double value = number(key);
    if (!(value >= 0)) {
      problem(key, "must not be negative", "give 0 or more");
    }
    return value;
  }

  /** 0 to 1. */
  public double share(String key) {
    return settings.share(prefix + key);
  }

  /** 0 to 1, but less than 1: {@code usual} is what the remedy names. */
  public double shareBelowOne(String key, String usual) {
    double value = share(key);
    if (!(value < 1)) {
      problem(key, "must be below 1", usual + " is usual");
      return 0;
    }
    return value;
  }

  /** A duration of 0 or more. */
  public Duration duration(String key) {
    Duration value = settings.duration(prefix + key);
    if (value.isNegative()) {
      problem(key, "must not be negative", "give 0 or more");
    }
    return value;
  }

  /** A duration above 0. */
  public Duration positiveDuration(String key) {
    Duration value = settings.duration(prefix + key);
    if (value.isNegative() || value.isZero()) {
      problem(key, "must be above 0", "give a positive number");
    }
    return value;
  }

  public boolean flag(String key) {
    return settings.flag(prefix + key);
  }

  public String text(String key) {
    return settings.text(prefix + key);
  }

  public Optional<String> optionalText(String key) {
    return settings.optionalText(prefix + key);
  }

  /**
   * Whole numbers.
   *
   * @param fallback what is gone on with if they are none
   */
  public List<Integer> integers(String key, List<Integer> fallback) {
    List<Double> values = numbers(key);
    return integers(key, values.stream())
        ? values.stream().map(Double::intValue).toList()
        : fallback;
  }

  /**
   * Lists of whole numbers; a number stands for a list of it alone.
   *
   * @param fallback what is gone on with if they are none
   */
  public List<List<Integer>> integerLists(String key, List<List<Integer>> fallback) {
    List<List<Double>> lists = lists(key);
    return integers(key, lists.stream().flatMap(List::stream))
        ? lists.stream().map(list -> list.stream().map(Double::intValue).toList()).toList()
        : fallback;
  }

  private boolean integers(String key, Stream<Double> values) {
    return whole(key, values.map(BigDecimal::new), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  public List<Double> numbers(String key) {
    return settings.numbers(prefix + key);
  }

  /** A list of lists of numbers; a number stands for a list of it alone. */
  public List<List<Double>> lists(String key) {
    return settings.pairs(prefix + key);
  }

  /**
   * One of an enum's constants, by its name in lower case with hyphens.
   *
   * @param fallback what is gone on with if it is none of them
   */
  public <E extends Enum<E>> E choice(String key, E fallback) {
    List<String> names = new ArrayList<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text(key))) {
        return constant;
      }
      names.add(name);
    }
    problem(key, "must be one of " + String.join(", ", names), "choose one of them");
    return fallback;
  }

  /**
   * Whether there is no problem of keys, or of anything below them, so far: only then are values
   * compared with each other.
   */
  public boolean sound(String... keys) {
    for (String key : keys) {
      String path = prefix + key;
      String full = Settings.ROOT + "." + path;
      if (!settings.sound(path)
          || problems.stream().anyMatch(p -> Settings.touches(p.key(), full))) {
        return false;
      }
    }
    return true;
  }

  /** What a message says of another key: its path, and its value if there is no problem of it. */
  public String named(String key, Object value) {
    return prefix + key + (sound(key) ? " = " + value : "");
  }

  /** Whether nobody but {@code reference.conf} says what a key's value is. */
  public boolean standard(String key) {
    return settings.standard(prefix + key);
  }

  /** Adds a problem of a key's value. */
  public void problem(String key, String limit, String remedy) {
    problems.add(settings.problem(prefix + key, limit, remedy));
  }
}
