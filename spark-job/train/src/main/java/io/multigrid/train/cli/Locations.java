package io.multigrid.train.cli;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * What paths on the command line mean: URIs and absolute paths what Hadoop takes them for, relative
 * ones the working folder's, as for every other program, with a cluster too. Where that folder is
 * on another file system than paths without a scheme, or on another machine, they are refused.
 */
final class Locations {
  /** A Windows drive is none; {@code run:1} is a file's name. */
  private static final Pattern URI = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

  private final Path folder;
  private final Optional<String> elsewhere;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param elsewhere why the working folder is not where relative paths lead to
   */
  Locations(Path folder, Optional<String> elsewhere) {
    this.folder = folder;
    this.elsewhere = elsewhere;
  }

  /** Of this process. */
  static Locations of(Configuration hadoop) {
    return new Locations(Path.of("").toAbsolutePath(), elsewhere(hadoop));
  }

  private static Optional<String> elsewhere(Configuration hadoop) {
    if ("cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      return Optional.of("the driver runs on another machine (spark.submit.deployMode = cluster)");
    }
    String files = FileSystem.getDefaultUri(hadoop).toString();
    return files.toLowerCase(Locale.ROOT).startsWith("file:")
        ? Optional.empty()
        : Optional.of("paths without a scheme are on " + files + " (fs.defaultFS)");
  }

  /**
   * What an option's value stands for; itself if that is unknown, which {@link #check} tells.
   *
   * @param given may be null
   */
  String resolve(String option, String given) {
    if (given == null || given.startsWith("/") || URI.matcher(given).matches()) {
      return given;
    }
    if (elsewhere.isPresent()) {
      problems.add(
          new Problem(
              "command line",
              option,
              given,
              "is relative, but " + elsewhere.get(),
              "give a URI such as hdfs:///folder or file:/folder, or an absolute path"));
      return given;
    }
    return folder.resolve(given).normalize().toString();
  }

  /**
   * @throws ConfigurationException listing every path that could mean two places
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
