package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What every module's {@code reference.conf} says together: which settings there are. */
record Reference(Config config) {
  private static final String PROBE_KEY = "\0";

  /** No block takes this in that replaces a value which is none: HOCON says so nowhere else. */
  private static final ConfigObject PROBE = ConfigValueFactory.fromMap(Map.of(PROBE_KEY, 0));

  static Reference load() {
    return new Reference(
        ConfigFactory.parseResources("reference.conf").resolve().getConfig(Settings.ROOT));
  }

  /** What the values of a path are. */
  Kind kind(String path) {
    // A null has no path for HOCON.
    return config.hasPathOrNull(path) && !config.getIsNull(path)
        ? Kind.of(config.getValue(path))
        : Kind.OPTIONAL_TEXT;
  }

  /** Every setting, those that are null by default too. */
  SortedSet<String> paths() {
    SortedSet<String> paths = new TreeSet<>();
    collect(config.root(), "", paths);
    return paths;
  }

  private static void collect(ConfigObject block, String prefix, SortedSet<String> paths) {
    for (Map.Entry<String, ConfigValue> entry : block.entrySet()) {
      if (entry.getValue() instanceof ConfigObject inner) {
        collect(inner, prefix + entry.getKey() + ".", paths);
      } else {
        paths.add(prefix + entry.getKey());
      }
    }
  }

  /**
   * Settings with the defaults of what they leave out. Every one that there is not, or that is not
   * of its default's kind, is a problem, and the default stands in.
   *
   * @param unsound where the paths go whose value is not what was meant
   */
  ConfigObject check(ConfigValue given, List<Problem> problems, Set<String> unsound) {
    return (ConfigObject) value("", given, config.root(), problems, unsound);
  }

  private ConfigValue value(
      String path,
      ConfigValue given,
      ConfigValue standard,
      List<Problem> problems,
      Set<String> unsound) {
    try {
      if (standard instanceof ConfigObject known && given instanceof ConfigObject block) {
        return block(path, block, known, problems, unsound);
      }
      Kind kind = Kind.of(standard);
      if (kind.fits(given, standard)) {
        return given;
      }
      String remedy =
          standard instanceof ConfigObject known
              ? keys(path, known)
              : "the default is " + standard.render(ConfigRenderOptions.concise());
      problems.add(problem(path, given, "must be " + kind.description(), remedy));
    } catch (ConfigException.NotResolved e) {
      problems.add(
          problem(
              path,
              given,
              "refers to what has no value",
              "give what it refers to a value, or leave the reference out"));
    }
    unsound.add(path);
    return standard;
  }

  private ConfigObject block(
      String path,
      ConfigObject given,
      ConfigObject known,
      List<Problem> problems,
      Set<String> unsound) {
    if (!given.withFallback(PROBE).containsKey(PROBE_KEY)) {
      unsound.add(path);
      problems.add(
          new Problem(
              Origins.where(given.origin()),
              full(path),
              "",
              "must be a block of settings, and was given another value before these keys of it",
              "leave that value out"));
    }
    ConfigObject sound = known;
    String prefix = path.isEmpty() ? "" : path + ".";
    for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
      String key = entry.getKey();
      ConfigValue standard = known.get(key);
      if (standard != null) {
        ConfigValue value = value(prefix + key, entry.getValue(), standard, problems, unsound);
        sound = sound.withValue(key, value);
      } else {
        Optional<String> meant = nearest(key, known, prefix);
        meant.ifPresent(unsound::add);
        problems.add(
            new Problem(
                Origins.where(entry.getValue().origin()),
                full(prefix + key),
                "",
                "there is no such setting",
                meant.map(m -> "did you mean " + full(m) + "?").orElse(keys(path, known))));
      }
    }
    return sound;
  }

  private static Problem problem(String path, ConfigValue value, String limit, String remedy) {
    String text = value.render(ConfigRenderOptions.concise());
    return new Problem(Origins.where(value.origin()), full(path), text, limit, remedy);
  }

  private static String full(String path) {
    return path.isEmpty() ? Settings.ROOT : Settings.ROOT + "." + path;
  }

  private static String keys(String path, ConfigObject block) {
    return "settings of %s are %s"
        .formatted(full(path), String.join(", ", new TreeSet<>(block.keySet())));
  }

  /** The setting that a key can be a misspelling of: no more than a third of it is another. */
  private Optional<String> nearest(String key, ConfigObject siblings, String prefix) {
    List<String> candidates = new ArrayList<>();
    siblings.keySet().forEach(k -> candidates.add(prefix + k));
    config.entrySet().forEach(e -> candidates.add(e.getKey()));
    LevenshteinDistance distance = new LevenshteinDistance(Math.max(1, key.length() / 3));
    return candidates.stream()
        .filter(c -> distance.apply(prefix + key, c) >= 0)
        .min(
            Comparator.comparingInt((String c) -> distance.apply(prefix + key, c))
                .thenComparing(c -> c));
  }
}
