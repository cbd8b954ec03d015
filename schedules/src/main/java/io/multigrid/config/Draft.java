package io.multigrid.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Settings while their problems are collected, so that those of every reader are told together and
 * once. In place of values that are not of their kind there are the defaults, which are compared
 * with nothing: see {@link Section#sound}.
 */
public final class Draft {
  private final List<Problem> problems;
  private Settings settings;

  Draft(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = new ArrayList<>(problems);
  }

  /** Settings of a file and of {@code --set key=value}, which wins. */
  public static Draft of(Optional<Path> file, List<String> sets) {
    return new Loader(Set.of()).load(file, sets, ConfigFactory.empty());
  }

  /**
   * As {@link #of(Optional, List)}, with defaults of a text's own.
   *
   * @param base as HOCON
   * @param name of the text, for messages
   */
  public static Draft of(Optional<Path> file, List<String> sets, String base, String name) {
    ConfigParseOptions named = ConfigParseOptions.defaults().setOriginDescription(name);
    return new Loader(Set.of()).load(file, sets, ConfigFactory.parseString(base, named));
  }

  /** As {@link Settings#recipe}. */
  public static Draft recipe(String name, List<String> sets) {
    return new Loader(Set.of()).recipe(name, sets);
  }

  /**
   * Another value at a path, from a command's own option.
   *
   * @param option what messages call it, such as {@code --max-quarantine}
   * @param text as HOCON
   */
  public Draft option(String option, String path, String text) {
    Draft given = settings.withOption(option, path, text);
    settings = given.settings;
    problems.addAll(given.problems);
    return this;
  }

  /** Adds the problems that a reader of the settings throws. */
  public Draft read(Consumer<Settings> reader) {
    return also(() -> reader.accept(settings));
  }

  /** Adds the problems that a check throws. */
  public Draft also(Runnable check) {
    ConfigurationException.collect(
        problems,
        () -> {
          check.run();
          return this;
        });
    return this;
  }

  /**
   * @throws ConfigurationException listing every problem that was found
   */
  public Settings settings() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems.stream().distinct().toList());
    }
    return settings;
  }
}
