package io.multigrid.train.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.multigrid.config.Draft;
import io.multigrid.config.Recorded;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The settings that describe a model: its network, its clips and its evaluation, to the threads
 * that the last digit of a score depends on. How it was trained is not among them.
 */
public final class ModelSettings {
  private static final String ROOT = "multigrid";
  private static final List<String> CARRIED = List.of("model.", "clip.", "evaluate.");
  private static final String THREADS = "engine.threads";

  /** A model has no schedule: that of the defaults need not fit its clips. */
  private static final String NO_CYCLES = "multigrid.cycles { long = false, short = false }\n";

  private ModelSettings() {}

  private static boolean carried(String key) {
    return key.equals(THREADS) || CARRIED.stream().anyMatch(key::startsWith);
  }

  /** As HOCON, a line a setting. */
  public static String render(Recorded settings) {
    StringBuilder text = new StringBuilder();
    settings
        .values()
        .forEach(
            (key, value) -> {
              if (carried(key)) {
                text.append(ROOT).append('.').append(key).append(" = ").append(value).append('\n');
              }
            });
    return text.toString();
  }

  /**
   * Reads what {@link #render} gave, or all settings of a run, which models of earlier programs
   * carry.
   *
   * @param name of the model file, for messages
   * @param changes settings that win over the model's
   * @param say told of settings that this program does not have, which do not count
   */
  public static Draft read(
      String name, String hocon, Optional<Path> changes, List<String> sets, Consumer<String> say)
      throws IOException {
    SortedMap<String, String> known = new TreeMap<>();
    SortedSet<String> unknown = new TreeSet<>();
    Settings reference = Settings.reference();
    for (Map.Entry<String, ConfigValue> entry : parse(name, hocon).entrySet()) {
      String key = entry.getKey();
      if (carried(key) && reference.knows(key)) {
        known.put(key, entry.getValue().render(ConfigRenderOptions.concise()));
      } else if (carried(key)) {
        unknown.add(key);
      }
    }
    if (!unknown.isEmpty()) {
      say.accept(
          "%s: has settings that this program does not have, and goes without them: %s"
              .formatted(name, String.join(", ", unknown)));
    }
    StringBuilder text = new StringBuilder(NO_CYCLES);
    known.forEach((key, value) -> text.append("%s.%s = %s%n".formatted(ROOT, key, value)));
    return Draft.of(changes, sets, text.toString(), name);
  }

  /** The network alone, with as many classes as are given. */
  public static Recipe recipe(String name, String hocon, int classes, Consumer<String> say)
      throws IOException {
    Settings settings = read(name, hocon, Optional.empty(), List.of(), say).settings();
    return Recipe.from(settings.with("model.classes", classes));
  }

  private static Config parse(String name, String hocon) throws IOException {
    try {
      Config all = ConfigFactory.parseString(hocon);
      return all.hasPath(ROOT) ? all.getConfig(ROOT) : ConfigFactory.empty();
    } catch (ConfigException e) {
      throw new IOException(name + ": its settings cannot be read: " + e.getMessage(), e);
    }
  }
}
