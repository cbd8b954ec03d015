package io.multigrid.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts settings together from files, options and defaults, and collects what is wrong. */
final class Loader {
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> unsound;
  private final Reference reference = Reference.load();

  /**
   * @param unsound paths whose value is known not to be what was meant
   */
  Loader(Set<String> unsound) {
    this.unsound = new HashSet<>(unsound);
  }

  /**
   * @param base what holds where neither file nor options say anything
   */
  Draft load(Optional<Path> file, List<String> sets, Config base) {
    return merged(
        with(sets, file.map(this::parse).orElse(ConfigFactory.empty()).withFallback(base)));
  }

  Draft recipe(String name, List<String> sets) {
    return merged(with(sets, ConfigFactory.parseResources("recipes/" + name + ".conf")));
  }

  Draft option(Config base, String option, String path, String text) {
    Config given = parse(option, path, text);
    return merged(given.withFallback(base.atPath(Settings.ROOT)));
  }

  private Config with(List<String> sets, Config file) {
    Config all = file;
    for (String set : sets) {
      all = parseSet(set).withFallback(all);
    }
    return all;
  }

  private Draft merged(Config given) {
    ConfigObject merged = reference.config().root();
    try {
      Config all =
          given.resolve(
              ConfigResolveOptions.defaults()
                  .setAllowUnresolved(true)
                  .appendResolver(new Elsewhere(ConfigFactory.load("multigrid-none"))));
      for (Map.Entry<String, ConfigValue> entry : all.root().entrySet()) {
        if (entry.getKey().equals(Settings.ROOT)) {
          merged = reference.check(entry.getValue(), problems, unsound);
        } else {
          unsound.add(entry.getKey());
          problems.add(
              new Problem(
                  Origins.where(entry.getValue().origin()),
                  entry.getKey(),
                  "",
                  "settings stand under " + Settings.ROOT,
                  "write " + Settings.ROOT + "." + entry.getKey()));
        }
      }
    } catch (ConfigException e) { // references that go round in a circle
      unsound.add(Settings.EVERYTHING);
      problems.add(
          new Problem(
              Origins.where(e.origin()),
              Settings.ROOT,
              "",
              e.getMessage(),
              "give what it refers to a value, or leave the reference out"));
    }
    return new Draft(new Settings(merged.toConfig(), reference, Set.copyOf(unsound)), problems);
  }

  private Config parse(Path file) {
    Optional<Problem> unreadable = unreadable(file);
    if (unreadable.isPresent()) {
      unsound.add(Settings.EVERYTHING);
      problems.add(unreadable.get());
      return ConfigFactory.empty();
    }
    try {
      return ConfigFactory.parseFile(
          file.toAbsolutePath().toFile(), // includes are found beside a file that has a folder
          ConfigParseOptions.defaults()
              .setSyntax(ConfigSyntax.CONF)
              .setIncluder(new Includes(file.toString(), this::missing))
              .setOriginDescription(file.toString()));
    } catch (ConfigException e) {
      unsound.add(Settings.EVERYTHING);
      problems.add(
          new Problem(
              Origins.where(e.origin()), "syntax", "", e.getMessage(), "mend the file's HOCON"));
      return ConfigFactory.empty();
    }
  }

  private void missing(Problem include) {
    unsound.add(Settings.EVERYTHING);
    problems.add(include);
  }

  /** Why a file cannot hold settings, before its bytes come into a message. */
  private static Optional<Problem> unreadable(Path file) {
    if (!Files.exists(file)) {
      return refused(file, "there is no such file", "check the path");
    }
    if (Files.isDirectory(file)) {
      return refused(
          file,
          "is a folder, and must be a file of settings (HOCON)",
          "name a file in it, such as " + file.resolve("recipe.conf"));
    }
    if (!Files.isRegularFile(file)) { // a pipe's text can be read once only
      return refused(file, "is no regular file", "write the settings to a file");
    }
    try (Reader text = Files.newBufferedReader(file)) {
      for (int c = text.read(); c >= 0; c = text.read()) {
        if (Character.isISOControl(c) && !Character.isWhitespace(c)) {
          return noText(file);
        }
      }
      return Optional.empty();
    } catch (CharacterCodingException e) {
      return noText(file);
    } catch (IOException e) {
      return refused(file, "cannot be read: " + e, "check who may read it");
    }
  }

  private static Optional<Problem> noText(Path file) {
    return refused(
        file,
        "is no text in UTF-8, and must be a file of settings (HOCON)",
        "check the path; videos and data sets have options of their own");
  }

  private static Optional<Problem> refused(Path file, String limit, String remedy) {
    return Optional.of(new Problem(file.toString(), "--conf", "", limit, remedy));
  }

  private Config parseSet(String set) {
    int equals = set.indexOf('=');
    if (equals < 1) {
      doubt(set);
      problems.add(
          new Problem(Origins.COMMAND_LINE, set, "", "must be key=value", "add the value"));
      return ConfigFactory.empty();
    }
    return parse(Origins.COMMAND_LINE, set.substring(0, equals).strip(), set.substring(equals + 1));
  }

  private Config parse(String option, String key, String text) {
    String path = Settings.ROOT + "." + relative(key);
    try {
      return ConfigFactory.parseString(
          path + " = " + text, ConfigParseOptions.defaults().setOriginDescription(option));
    } catch (ConfigException e) {
      doubt(key);
      problems.add(
          new Problem(
              option,
              key + "=" + text,
              "",
              "is not HOCON: " + e.getMessage(),
              "put a text with special characters into double quotes"));
      return ConfigFactory.empty();
    }
  }

  /** What has no key says nothing of any. */
  private void doubt(String key) {
    if (!relative(key).isEmpty()) {
      unsound.add(relative(key));
    }
  }

  private static String relative(String key) {
    return key.startsWith(Settings.ROOT + ".") ? key.substring(Settings.ROOT.length() + 1) : key;
  }

  /** What a reference stands for that the given settings say nothing of. */
  private record Elsewhere(Config config) implements ConfigResolver {
    @Override
    public ConfigValue lookup(String path) {
      return config.hasPath(path) ? config.getValue(path) : null;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver other) {
      return this;
    }
  }
}
