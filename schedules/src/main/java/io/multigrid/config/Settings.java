package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All settings of a run, under {@code multigrid}: the {@code reference.conf} of every module, then
 * the user's HOCON file, then {@code --set key=value}. Paths are relative to {@code multigrid}.
 *
 * <p>A key that no {@code reference.conf} has is an error, and so is a value of another type than
 * the default's. A default of null stands for an optional text, a comment that begins with {@code
 * real:} for a number that need not be whole although its default is.
 */
public final class Settings {
  private static final String ROOT = "multigrid";
  private static final String COMMAND_LINE = "--set";
  private static final String REAL = "real:";

  private final Config config;

  private Settings(Config config) {
    this.config = config;
  }

  /** The defaults. */
  public static Settings reference() {
    return new Settings(referenceConfig());
  }

  /**
   * @throws ConfigurationException listing every syntax error, unknown key and wrong type
   */
  public static Settings load(Optional<Path> file, List<String> sets) {
    List<Problem> problems = new ArrayList<>();
    Config user = file.map(f -> parse(f, problems)).orElse(ConfigFactory.empty());
    return resolved(user, sets, problems);
  }

  /**
   * A recipe that ships with the product, by its name, as the base of {@code --set}.
   *
   * @throws ConfigurationException as {@link #load}
   */
  public static Settings recipe(String name, List<String> sets) {
    return resolved(
        ConfigFactory.parseResources("recipes/" + name + ".conf"), sets, new ArrayList<>());
  }

  private static Settings resolved(Config user, List<String> sets, List<Problem> problems) {
    Config all = user;
    for (String set : sets) {
      all = parseSet(set, problems).withFallback(all);
    }
    Config reference = referenceConfig();
    Config merged = reference;
    try {
      all = all.resolveWith(all.withFallback(ConfigFactory.load("multigrid-none")));
      Config own = ConfigFactory.empty();
      for (Map.Entry<String, ConfigValue> entry : all.root().entrySet()) {
        if (!entry.getKey().equals(ROOT)) {
          problems.add(
              new Problem(
                  where(entry.getValue().origin()),
                  entry.getKey(),
                  "",
                  "settings stand under " + ROOT,
                  "write " + ROOT + "." + entry.getKey()));
        } else if (entry.getValue() instanceof ConfigObject object) {
          own = object.toConfig();
        }
      }
      check(own.root(), reference.root(), "", reference.root(), problems);
      merged = own.withFallback(reference);
    } catch (ConfigException e) {
      problems.add(new Problem(where(e.origin()), ROOT, "", e.getMessage(), ""));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Settings(merged);
  }

  private static Config referenceConfig() {
    return ConfigFactory.parseResources("reference.conf").resolve().getConfig(ROOT);
  }

  private static Config parse(Path file, List<Problem> problems) {
    if (!Files.isRegularFile(file)) {
      problems.add(
          new Problem(file.toString(), "--conf", "", "there is no such file", "check the path"));
      return ConfigFactory.empty();
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(),
          ConfigParseOptions.defaults()
              .setSyntax(ConfigSyntax.CONF)
              .setOriginDescription(file.toString()));
    } catch (ConfigException e) {
      problems.add(
          new Problem(where(e.origin()), "syntax", "", e.getMessage(), "mend the file's HOCON"));
      return ConfigFactory.empty();
    }
  }

  private static Config parseSet(String set, List<Problem> problems) {
    int equals = set.indexOf('=');
    if (equals < 1) {
      problems.add(new Problem(COMMAND_LINE, set, "", "must be key=value", "add the value"));
      return ConfigFactory.empty();
    }
    String key = set.substring(0, equals).strip();
    String path = key.startsWith(ROOT + ".") ? key : ROOT + "." + key;
    try {
      return ConfigFactory.parseString(
          path + " = " + set.substring(equals + 1),
          ConfigParseOptions.defaults().setOriginDescription(COMMAND_LINE + " " + set));
    } catch (ConfigException e) {
      problems.add(new Problem(COMMAND_LINE, set, "", "is not HOCON: " + e.getMessage(), ""));
      return ConfigFactory.empty();
    }
  }

  private static void check(
      ConfigObject given,
      ConfigObject known,
      String prefix,
      ConfigObject allKnown,
      List<Problem> problems) {
    for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
      String key = prefix + entry.getKey();
      ConfigValue value = entry.getValue();
      ConfigValue expected = known.get(entry.getKey());
      if (expected == null) {
        String nearest = nearest(key, known, prefix, allKnown);
        problems.add(
            new Problem(
                where(value.origin()),
                ROOT + "." + key,
                "",
                "there is no such setting",
                "did you mean " + ROOT + "." + nearest + "?"));
      } else if (expected instanceof ConfigObject object && value instanceof ConfigObject inner) {
        check(inner, object, key + ".", allKnown, problems);
      } else if (!fits(value, expected)) {
        problems.add(
            new Problem(
                where(value.origin()),
                ROOT + "." + key,
                value.render(ConfigRenderOptions.concise()),
                "must be " + type(expected),
                "the default is " + expected.render(ConfigRenderOptions.concise())));
      }
    }
  }

  private static boolean fits(ConfigValue value, ConfigValue expected) {
    ConfigValueType type = expected.valueType();
    if (type == ConfigValueType.NULL) {
      return value.valueType() != ConfigValueType.OBJECT;
    }
    if (type == ConfigValueType.NUMBER) {
      return number(value, whole(expected));
    }
    if (type == ConfigValueType.BOOLEAN) {
      return value.valueType() == type
          || List.of("true", "false", "yes", "no", "on", "off")
              .contains(String.valueOf(value.unwrapped()));
    }
    if (type == ConfigValueType.STRING) {
      return value.valueType() != ConfigValueType.OBJECT
          && value.valueType() != ConfigValueType.LIST
          && value.valueType() != ConfigValueType.NULL;
    }
    if (type == ConfigValueType.LIST && value.valueType() == ConfigValueType.LIST) {
      return fitsList((List<?>) value.unwrapped(), (List<?>) expected.unwrapped());
    }
    return value.valueType() == type;
  }

  /**
   * HOCON reads 34.0 as 34, so a comment must tell that a whole default stands for a real number.
   */
  private static boolean whole(ConfigValue expected) {
    return !(expected.unwrapped() instanceof Double)
        && expected.origin().comments().stream().noneMatch(c -> c.strip().startsWith(REAL));
  }

  private static boolean fitsList(List<?> value, List<?> expected) {
    boolean nested = !expected.isEmpty() && expected.get(0) instanceof List;
    for (Object item : value) {
      // An empty default says nothing of its items: numbers and lists of them both fit.
      if (!expected.isEmpty() && nested != item instanceof List) {
        return false;
      }
      List<?> numbers = item instanceof List<?> list ? list : List.of(item);
      if (!numbers.stream().allMatch(Number.class::isInstance)) {
        return false;
      }
    }
    return true;
  }

  private static boolean number(ConfigValue value, boolean whole) {
    if (value.valueType() != ConfigValueType.NUMBER
        && value.valueType() != ConfigValueType.STRING) {
      return false;
    }
    try {
      double number = Double.parseDouble(String.valueOf(value.unwrapped()));
      return Double.isFinite(number) && (!whole || number == Math.rint(number));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String type(ConfigValue expected) {
    return switch (expected.valueType()) {
      case NUMBER -> whole(expected) ? "a whole number" : "a number";
      case BOOLEAN -> "true or false";
      case LIST -> "a list like the default's";
      case OBJECT -> "a block of settings";
      default -> "a text";
    };
  }

  private static String nearest(
      String key, ConfigObject siblings, String prefix, ConfigObject allKnown) {
    List<String> candidates = new ArrayList<>();
    siblings.keySet().forEach(k -> candidates.add(prefix + k));
    allKnown.toConfig().entrySet().forEach(e -> candidates.add(e.getKey()));
    return candidates.stream()
        .min(Comparator.comparingInt((String c) -> distance(key, c)).thenComparing(c -> c))
        .orElseThrow();
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static String where(ConfigOrigin origin) {
    if (origin == null) {
      return "configuration";
    }
    String name = origin.filename() != null ? origin.filename() : origin.description();
    if (name.startsWith(COMMAND_LINE)) {
      return COMMAND_LINE;
    }
    String plain = name.replaceFirst(": \\d+$", "");
    return origin.lineNumber() > 0 ? plain + ":" + origin.lineNumber() : plain;
  }

  /** Whether there is such a setting, be it null. */
  public boolean knows(String path) {
    return config.hasPathOrNull(path);
  }

  public int integer(String path) {
    return config.getInt(path);
  }

  public long longInteger(String path) {
    return config.getLong(path);
  }

  public double number(String path) {
    return config.getDouble(path);
  }

  public boolean flag(String path) {
    return config.getBoolean(path);
  }

  public String text(String path) {
    return config.getString(path);
  }

  /** A text whose default is null. */
  public Optional<String> optionalText(String path) {
    return config.getIsNull(path) ? Optional.empty() : Optional.of(config.getString(path));
  }

  public List<Integer> integers(String path) {
    return config.getIntList(path);
  }

  public List<Double> numbers(String path) {
    return config.getDoubleList(path);
  }

  /** A list of lists of numbers; a number stands for a list of it alone. */
  public List<List<Double>> pairs(String path) {
    List<List<Double>> lists = new ArrayList<>();
    for (ConfigValue item : config.getList(path)) {
      List<?> numbers = item.unwrapped() instanceof List<?> list ? list : List.of(item.unwrapped());
      lists.add(numbers.stream().map(n -> ((Number) n).doubleValue()).toList());
    }
    return List.copyOf(lists);
  }

  /** A problem of the value at a path, with the file and line that it came from. */
  public Problem problem(String path, String limit, String remedy) {
    ConfigValue value =
        config.hasPathOrNull(path) && !config.getIsNull(path) ? config.getValue(path) : null;
    return new Problem(
        value == null ? "configuration" : where(value.origin()),
        ROOT + "." + path,
        value == null ? "" : value.render(ConfigRenderOptions.concise()),
        limit,
        remedy);
  }

  /** The same settings with another value at a path. */
  public Settings with(String path, Object value) {
    return new Settings(
        config.withValue(path, ConfigValueFactory.fromAnyRef(value, "derived setting")));
  }

  /** Every setting by its path, as concise HOCON; numbers that are equal look alike. Sorted. */
  public SortedMap<String, String> values() {
    SortedMap<String, String> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      String text = entry.getValue().render(ConfigRenderOptions.concise());
      values.put(
          entry.getKey(),
          entry.getValue().valueType() == ConfigValueType.NUMBER
              ? new BigDecimal(text).stripTrailingZeros().toPlainString()
              : text);
    }
    return values;
  }

  /** The effective settings as HOCON, which {@link #load} reads back. */
  public String render() {
    return config
        .atPath(ROOT)
        .root()
        .render(
            ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false));
  }
}
