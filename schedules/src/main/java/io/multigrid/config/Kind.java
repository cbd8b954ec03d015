package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What values of a setting are: told by its default, and by how the comment of a default that is a
 * number begins: {@code real:}, {@code share:}, {@code seconds:}, {@code minutes:} or {@code
 * hours:} (HOCON reads 34.0 as 34, so a whole default alone says nothing).
 */
enum Kind {
  WHOLE("a whole number"),
  REAL("a number"),
  SHARE("a share: 0 to 1, or 0% to 100%"),
  SECONDS("seconds, or a duration such as 5 minutes"),
  MINUTES("minutes, or a duration such as 5 minutes"),
  HOURS("hours, or a duration such as 5 hours"),
  FLAG("true or false"),
  TEXT("a text"),
  OPTIONAL_TEXT("a text"),
  LIST("a list like the default's"),
  BLOCK("a block of settings");

  private static final Map<String, Kind> COMMENTS =
      Map.of(
          "real:",
          REAL,
          "share:",
          SHARE,
          "seconds:",
          SECONDS,
          "minutes:",
          MINUTES,
          "hours:",
          HOURS);
  private static final List<String> FLAGS = List.of("true", "false", "yes", "no", "on", "off");

  private final String description;

  Kind(String description) {
    this.description = description;
  }

  /** What a value must be, in words. */
  String description() {
    return description;
  }

  /** The kind of a setting with a default. */
  static Kind of(ConfigValue value) {
    return switch (value.valueType()) {
      case NULL -> OPTIONAL_TEXT;
      case NUMBER -> ofNumber(value);
      case BOOLEAN -> FLAG;
      case STRING -> TEXT;
      case LIST -> LIST;
      case OBJECT -> BLOCK;
    };
  }

  private static Kind ofNumber(ConfigValue value) {
    for (String comment : value.origin().comments()) {
      Kind kind = COMMENTS.get(comment.strip().split(" ", 2)[0]);
      if (kind != null) {
        return kind;
      }
    }
    return value.unwrapped() instanceof Double ? REAL : WHOLE;
  }

  /** Whether a value is of this kind, like the default. */
  boolean fits(ConfigValue value, ConfigValue standard) {
    ConfigValueType type = value.valueType();
    boolean scalar =
        type == ConfigValueType.STRING
            || type == ConfigValueType.NUMBER
            || type == ConfigValueType.BOOLEAN;
    return switch (this) {
      case WHOLE, REAL, SHARE, SECONDS, MINUTES, HOURS -> number(value.unwrapped()).isPresent();
      case FLAG -> scalar && FLAGS.contains(String.valueOf(value.unwrapped()));
      case TEXT -> scalar;
      case OPTIONAL_TEXT -> scalar || type == ConfigValueType.NULL;
      case LIST ->
          type == ConfigValueType.LIST
              && fitsList((List<?>) value.unwrapped(), (List<?>) standard.unwrapped());
      case BLOCK -> type == ConfigValueType.OBJECT;
    };
  }

  private static boolean fitsList(List<?> value, List<?> standard) {
    boolean nested = !standard.isEmpty() && standard.get(0) instanceof List;
    for (Object item : value) {
      // An empty default says nothing of its items: numbers and lists of them both fit.
      if (!standard.isEmpty() && nested != item instanceof List) {
        return false;
      }
      List<?> numbers = item instanceof List<?> list ? list : Collections.singletonList(item);
      if (!numbers.stream().allMatch(Kind::finite)) {
        return false;
      }
    }
    return true;
  }

  private static boolean finite(Object item) {
    return item instanceof Number number && Double.isFinite(number.doubleValue());
  }

  /** Whether values are numbers, in some way of writing. */
  boolean numeric() {
    return compareTo(HOURS) <= 0;
  }

  /** A value of this kind as a number: of a duration, in this kind's unit. */
  Optional<Double> number(Object value) {
    if (!(value instanceof Number) && !(value instanceof String)) {
      return Optional.empty();
    }
    return switch (this) {
      case WHOLE -> plain(value).filter(n -> n == Math.rint(n));
      case REAL -> plain(value);
      case SHARE -> share(String.valueOf(value).strip());
      case SECONDS, MINUTES, HOURS ->
          duration(value).map(d -> d.toNanos() / (double) unit().toNanos());
      default -> Optional.empty();
    };
  }

  /** A value of this kind of duration. */
  Optional<Duration> duration(Object value) {
    Optional<Double> plain = plain(value);
    if (plain.isPresent()) {
      return plain.map(n -> Duration.ofNanos((long) (n * unit().toNanos())));
    }
    try {
      Config one = ConfigFactory.parseMap(Map.of("value", value));
      return Optional.of(one.getDuration("value"));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> share(String text) {
    boolean percent = text.endsWith("%");
    try {
      BigDecimal number =
          percent
              ? new BigDecimal(text.substring(0, text.length() - 1).strip()).movePointLeft(2)
              : new BigDecimal(text);
      return Optional.of(number.doubleValue()).filter(n -> n >= 0 && n <= 1);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A number as it was written. */
  static BigDecimal exact(Object value) {
    return new BigDecimal(String.valueOf(value).strip());
  }

  private static Optional<Double> plain(Object value) {
    try {
      double number = exact(value).doubleValue(); // Double would take 2d and 8f, too
      return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Duration unit() {
    return switch (this) {
      case SECONDS -> Duration.ofSeconds(1);
      case MINUTES -> Duration.ofMinutes(1);
      case HOURS -> Duration.ofHours(1);
      default -> throw new IllegalStateException(this + " is no duration");
    };
  }
}
