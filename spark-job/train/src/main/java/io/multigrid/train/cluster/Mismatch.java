package io.multigrid.train.cluster;

import io.multigrid.train.ClusterException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.package$;

/**
 * Failures that come of a driver and a cluster of other versions, in words. Executors send the text
 * of what they throw; so text is what is looked at.
 */
public final class Mismatch {
  static final String USE_THEIRS =
      "point SPARK_HOME to the cluster's own Spark (3.5, Scala 2.12), or let the cluster run this one";

  static final String OTHER_JAVA =
      "install JDK 17 there and set --spark spark.executorEnv.JAVA_HOME=/path/to/jdk-17"
          + " (the workers' JAVA_HOME on a standalone cluster)";

  /** What may be the matter with executors that nothing was heard of. */
  static final String ENDED =
      "If executors start and end at once, their stderr (in the workers' work folder) says why: another"
          + " Spark than the driver's, "
          + package$.MODULE$.SPARK_VERSION()
          + " (SPARK_HOME), or another Java than 17 to 22 (spark.executorEnv.JAVA_HOME)";

  private static final Pattern OTHER_CLASS =
      Pattern.compile("InvalidClassException: ((?:org\\.apache\\.|scala\\.)[\\w.$]+)");

  private static final Pattern OLD_JAVA = Pattern.compile("UnsupportedClassVersionError");

  private static final Pattern NEW_JAVA = Pattern.compile("getSubject is not supported");

  private static final Pattern MISSING =
      Pattern.compile(
          "(?:NoSuchMethodError|NoSuchFieldError|NoClassDefFoundError|AbstractMethodError"
              + "|IncompatibleClassChangeError|IllegalAccessError|ClassNotFoundException): "
              + "([^\\n]*(?:org[./]apache[./](?:spark|hadoop)|scala)[./][^\\n]*)");

  private Mismatch() {}

  /**
   * Looks at what is on the driver's class path.
   *
   * @param warn told of what may be another
   * @throws ClusterException with what this program cannot run with
   */
  public static void check(Consumer<String> warn) {
    check(Versions.here(), warn);
  }

  static void check(Versions here, Consumer<String> warn) {
    List<String> problems = here.problems();
    if (!problems.isEmpty()) {
      throw new ClusterException(problems);
    }
    here.doubts().forEach(warn);
  }

  /** What differs and the remedy, if this failure came of other versions. */
  public static Optional<String> of(Throwable failure) {
    StringBuilder said = new StringBuilder();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      said.append(e).append('\n');
    }
    Matcher other = OTHER_CLASS.matcher(said);
    if (other.find()) {
      return Optional.of(
          "the cluster runs another Spark than the driver's, %s (its %s is another one); %s"
              .formatted(package$.MODULE$.SPARK_VERSION(), other.group(1), USE_THEIRS));
    }
    if (OLD_JAVA.matcher(said).find()) {
      return Optional.of("executors run a Java older than 17; " + OTHER_JAVA);
    }
    if (NEW_JAVA.matcher(said).find()) {
      return Optional.of("executors run a Java newer than 22; " + OTHER_JAVA);
    }
    Matcher missing = MISSING.matcher(said);
    if (missing.find()) {
      return Optional.of(
          "Spark %s is not built like the Spark 3.5 that this program was built with: there is no %s; %s"
              .formatted(package$.MODULE$.SPARK_VERSION(), missing.group(1).strip(), USE_THEIRS));
    }
    return Optional.empty();
  }
}
