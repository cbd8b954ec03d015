package io.multigrid.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;
import java.util.function.Consumer;
import java.util.function.Function;

/** Includes as HOCON does, but tells of what is not there instead of going without. */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final Consumer<Problem> missing;
  private String from;
  private ConfigIncluder standard;

  /**
   * @param from the file that is read, for messages
   */
  Includes(String from, Consumer<Problem> missing) {
    this.from = from;
    this.missing = missing;
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder other) {
    standard = other;
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return include(context, what, required -> standard.include(required, what));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    ConfigIncluderFile files = (ConfigIncluderFile) standard;
    return include(context, what.toString(), required -> files.includeFile(required, what));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    ConfigIncluderURL urls = (ConfigIncluderURL) standard;
    return include(context, what.toString(), required -> urls.includeURL(required, what));
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    ConfigIncluderClasspath resources = (ConfigIncluderClasspath) standard;
    return include(context, what, required -> resources.includeResources(required, what));
  }

  private ConfigObject include(
      ConfigIncludeContext context,
      String what,
      Function<ConfigIncludeContext, ConfigObject> included) {
    String includer = from;
    from = what;
    try {
      return included.apply(context.setParseOptions(context.parseOptions().setAllowMissing(false)));
    } catch (ConfigException.IO e) {
      missing.accept(
          new Problem(
              includer,
              "include",
              what,
              "is not there, or cannot be read",
              "check the path, which is relative to the file that includes it; a recipe that ships"
                  + " is classpath(\"recipes/kinetics.conf\")"));
      return ConfigFactory.empty().root();
    } finally {
      from = includer;
    }
  }
}
