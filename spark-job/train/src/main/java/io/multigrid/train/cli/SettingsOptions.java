package io.multigrid.train.cli;

import io.multigrid.config.Draft;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that every command shares. */
final class SettingsOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "settings as HOCON; defaults hold for what it leaves out")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "a setting that wins over the file; may be repeated")
  List<String> sets = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master: local[N] (default: this machine), spark://HOST:PORT, yarn, k8s://URL;"
              + " read by bin/multigrid")
  String master;

  @Option(
      names = "--spark",
      paramLabel = "KEY=VALUE",
      description = "a Spark setting for spark-submit; may be repeated; read by bin/multigrid")
  List<String> spark = new ArrayList<>();

  Draft draft() {
    return Draft.of(Optional.ofNullable(file), sets);
  }
}
