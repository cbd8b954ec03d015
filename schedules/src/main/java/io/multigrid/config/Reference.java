package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What every module's {@code reference.conf} says together: which settings there are. */
record Reference(Config config) {
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
   * What can be read of settings. Every one that there is not, or that is not of its default's
   * kind, is a problem and left out.
   *
   * @param unsound where the paths go whose value is not what was meant
   */
  ConfigObject check(ConfigObject given, List<Problem> problems, Set<String> unsound) {
    return check(given, config.root(), "", problems, unsound);
  }

  private ConfigObject check(
      ConfigObject given,
      ConfigObject known,
      String prefix,
      List<Problem> problems,
      Set<String> unsound) {
    ConfigObject sound = given;
    for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
      String key = prefix + entry.getKey();
      ConfigValue value = entry.getValue();
      ConfigValue standard = known.get(entry.getKey());
      if (standard == null) {
        String nearest = nearest(key, known, prefix);
        unsound.add(nearest);
        sound = sound.withoutKey(entry.getKey());
        problems.add(
            new Problem(
                Origins.where(value.origin()),
                Settings.ROOT + "." + key,
                "",
                "there is no such setting",
                "did you mean " + Settings.ROOT + "." + nearest + "?"));
      } else if (standard instanceof ConfigObject object && value instanceof ConfigObject inner) {
        ConfigObject block = check(inner, object, key + ".", problems, unsound);
        sound = sound.withValue(entry.getKey(), block);
      } else if (!Kind.of(standard).fits(value, standard)) {
        unsound.add(key);
        sound = sound.withoutKey(entry.getKey());
        problems.add(
            new Problem(
                Origins.where(value.origin()),
                Settings.ROOT + "." + key,
                value.render(ConfigRenderOptions.concise()),
                "must be " + Kind.of(standard).description(),
                "the default is " + standard.render(ConfigRenderOptions.concise())));
      }
    }
    return sound;
  }

  private String nearest(String key, ConfigObject siblings, String prefix) {
    List<String> candidates = new ArrayList<>();
    siblings.keySet().forEach(k -> candidates.add(prefix + k));
    config.entrySet().forEach(e -> candidates.add(e.getKey()));
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return candidates.stream()
        .min(Comparator.comparingInt((String c) -> distance.apply(key, c)).thenComparing(c -> c))
        .orElseThrow();
  }
}
