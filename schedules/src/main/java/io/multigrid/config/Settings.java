package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All settings of a run, under {@code multigrid}: the {@code reference.conf} of every module, then
 * the user's HOCON file, then {@code --set key=value}. Paths are relative to {@code multigrid}.
 *
 * <p>A key that no {@code reference.conf} has is an error, and so is a value of another {@link
 * Kind} than the default's.
 */
public final class Settings {
  static final String ROOT = "multigrid";

  /** The path of a problem after which no value need be what was meant. */
  static final String EVERYTHING = "";

  private final Config config;
  private final Reference reference;
  private final Set<String> unsound;

  /**
   * @param unsound paths whose value stands in for one that could not be read
   */
  Settings(Config config, Reference reference, Set<String> unsound) {
    this.config = config;
    this.reference = reference;
    this.unsound = unsound;
  }

  /** The defaults. */
  public static Settings reference() {
    Reference reference = Reference.load();
    return new Settings(reference.config(), reference, Set.of());
  }

  /**
   * @throws ConfigurationException listing every syntax error, unknown key and wrong type
   */
  public static Settings load(Optional<Path> file, List<String> sets) {
    return Draft.of(file, sets).settings();
  }

  /**
   * A recipe that ships with the product, by its name, as the base of {@code --set}.
   *
   * @throws ConfigurationException as {@link #load}
   */
  public static Settings recipe(String name, List<String> sets) {
    return Draft.recipe(name, sets).settings();
  }

  /** The same settings with another value at a path, from a command's own option. */
  Draft withOption(String option, String path, String text) {
    return new Loader(unsound).option(config, option, path, text);
  }

  /** The same settings with another value at a path. */
  public Settings with(String path, Object value) {
    return new Settings(
        config.withValue(path, ConfigValueFactory.fromAnyRef(value, "derived setting")),
        reference,
        unsound);
  }

  /**
   * A section's values, checked as they are read.
   *
   * @param name such as {@code solver}; empty for what stands in no section
   * @param problems where everything that is wrong is added to
   */
  public Section section(String name, List<Problem> problems) {
    return new Section(this, name.isEmpty() ? "" : name + ".", problems);
  }

  /** Whether the value at a path, and all below it, are those that were meant. */
  boolean sound(String path) {
    return unsound.stream().noneMatch(other -> touches(other, path));
  }

  /** Whether one path is the other, or a block that it lies in. */
  static boolean touches(String a, String b) {
    return a.equals(EVERYTHING) || a.equals(b) || a.startsWith(b + ".") || b.startsWith(a + ".");
  }

  /** Whether nobody but {@code reference.conf} says what the value at a path is. */
  boolean standard(String path) {
    return config.getValue(path).origin().equals(reference.config().getValue(path).origin());
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

  /** A number as it was written. */
  BigDecimal exact(String path) {
    return Kind.exact(config.getValue(path).unwrapped());
  }

  public double number(String path) {
    return reference.kind(path).number(config.getValue(path).unwrapped()).orElseThrow();
  }

  /** A share of a whole, 0 to 1: {@code 0.5} and {@code 50%} are the same. */
  public double share(String path) {
    return Kind.SHARE.number(config.getValue(path).unwrapped()).orElseThrow();
  }

  /**
   * A duration: a number in the unit that the default is in, or HOCON's such as {@code 5 minutes}.
   */
  public Duration duration(String path) {
    Kind kind = reference.kind(path);
    return kind.duration(config.getValue(path).unwrapped()).orElseThrow();
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
        value == null ? "configuration" : Origins.where(value.origin()),
        ROOT + "." + path,
        value == null ? "" : value.render(ConfigRenderOptions.concise()),
        limit,
        remedy);
  }

  /**
   * Every setting by its path, as concise HOCON; numbers, shares and durations that are equal look
   * alike. Sorted.
   */
  public SortedMap<String, String> values() {
    SortedMap<String, String> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      values.put(entry.getKey(), comparable(entry.getKey(), entry.getValue()));
    }
    return values;
  }

  private String comparable(String path, ConfigValue value) {
    Kind kind = reference.kind(path);
    String text = value.render(ConfigRenderOptions.concise());
    if (value.valueType() == ConfigValueType.STRING && kind.numeric()) {
      text = String.valueOf(kind.number(value.unwrapped()).orElseThrow());
    } else if (value.valueType() != ConfigValueType.NUMBER) {
      return text;
    }
    return new BigDecimal(text).stripTrailingZeros().toPlainString();
  }

  /** What is kept of them when all sections are read. */
  public Recorded recorded() {
    SortedMap<String, String> origins = new TreeMap<>();
    reference.paths().forEach(path -> origins.put(path, "configuration"));
    config.entrySet().forEach(e -> origins.put(e.getKey(), Origins.where(e.getValue().origin())));
    SortedMap<String, String> values = values();
    Set<String> standard = new TreeSet<>(values.keySet());
    standard.removeIf(path -> !reference.config().hasPath(path) || !standard(path));
    return new Recorded(render(), values, origins, standard);
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
