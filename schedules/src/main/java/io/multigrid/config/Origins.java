package io.multigrid.config;

import com.typesafe.config.ConfigOrigin;

/** Where values come from, for messages. */
final class Origins {
  static final String COMMAND_LINE = "--set";

  private Origins() {}

  /** File and line, or the option. */
  static String where(ConfigOrigin origin) {
    if (origin == null) {
      return "configuration";
    }
    String name = origin.filename() != null ? origin.filename() : origin.description();
    if (name.startsWith("--")) {
      return name.split("[ :]", 2)[0];
    }
    String plain = name.replaceFirst(": \\d+$", "").replaceFirst(" @ jar:.*", "");
    return origin.lineNumber() > 0 ? plain + ":" + origin.lineNumber() : plain;
  }
}
