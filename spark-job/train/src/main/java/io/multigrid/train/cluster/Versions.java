package io.multigrid.train.cluster;

import io.multigrid.train.Version;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;
import org.bytedeco.javacpp.Loader;
import scala.util.Properties$;

/**
 * What a process runs.
 *
 * @param java its feature release, such as 17
 */
record Versions(
    String spark, String scala, String hadoop, int java, String libtorch, String multigrid)
    implements Serializable {
  /** What this program is built with; any patch release of it will do. */
  private static final String SPARK = "3.5";

  private static final String SCALA = "2.12";
  private static final String HADOOP = "3";
  private static final Pattern RELEASE = Pattern.compile("[\\d.]+");

  /** Releases of Java that Spark 3.5 runs on, of those that run classes of ours. */
  private static final int OLDEST_JAVA = 17;

  private static final int NEWEST_JAVA = 22;

  private static final String OTHER_SPARK =
      "point SPARK_HOME to a Spark 3.5 for Scala 2.12, or leave it out for the one that the build collected";

  static Versions here() {
    return new Versions(
        package$.MODULE$.SPARK_VERSION(),
        Properties$.MODULE$.versionNumberString(),
        VersionInfo.getVersion(),
        Runtime.version().feature(),
        torchVersion(),
        Version.text());
  }

  /** Of the jar: the library itself is not loaded for this. */
  private static String torchVersion() {
    try {
      return String.valueOf(Loader.getVersion("org.bytedeco", "pytorch"));
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** One line each for what this program cannot run with. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!within(spark, SPARK) || !within(scala, SCALA)) {
      problems.add(
          "Spark here is %s for Scala %s: must be %s for Scala %s, which this program is built with; %s"
              .formatted(spark, scala, SPARK, SCALA, OTHER_SPARK));
    }
    if (!within(hadoop, HADOOP)) {
      problems.add(
          "Hadoop here is %s: must be %s, as Spark %s is built with; %s"
              .formatted(hadoop, HADOOP, SPARK, OTHER_SPARK));
    }
    if (!takesJava()) {
      problems.add(
          "Java here is %s: must be %s to %s; set JAVA_HOME to a JDK 17 or 21"
              .formatted(java, OLDEST_JAVA, NEWEST_JAVA));
    }
    return problems;
  }

  /** One line each for what it was not tried with. */
  List<String> doubts() {
    return RELEASE.matcher(spark).matches()
        ? List.of()
        : List.of(
            "Spark here is %s, no release of Apache's, which are what this program was tried with; if something is missing in it, %s"
                .formatted(spark, OTHER_SPARK));
  }

  private static boolean within(String version, String line) {
    return version.equals(line) || version.startsWith(line + ".");
  }

  private boolean takesJava() {
    return java >= OLDEST_JAVA && java <= NEWEST_JAVA;
  }

  /** One line each for what an executor runs and cannot, or otherwise than the driver. */
  List<String> problems(String host, Versions driver) {
    List<String> problems = new ArrayList<>();
    if (!spark.equals(driver.spark) || !scala.equals(driver.scala)) {
      problems.add(
          "Spark on %s is %s (Scala %s): must be the driver's, %s (Scala %s); %s"
              .formatted(host, spark, scala, driver.spark, driver.scala, Mismatch.USE_THEIRS));
    }
    if (!major(hadoop).equals(major(driver.hadoop))) {
      problems.add(
          "Hadoop on %s is %s: must be %s as the driver's, %s; %s"
              .formatted(host, hadoop, major(driver.hadoop), driver.hadoop, Mismatch.USE_THEIRS));
    }
    if (!takesJava()) {
      problems.add(
          "Java on %s is %s: must be %s to %s; %s"
              .formatted(host, java, OLDEST_JAVA, NEWEST_JAVA, Mismatch.OTHER_JAVA));
    }
    if (!libtorch.equals(driver.libtorch) || !multigrid.equals(driver.multigrid)) {
      problems.add(
          "multigrid on %s is %s with libtorch %s: must be the driver's, %s with libtorch %s; remove it from the cluster's class path"
              .formatted(host, multigrid, libtorch, driver.multigrid, driver.libtorch));
    }
    return problems;
  }

  /** One line each for what an executor runs otherwise than the driver, and may. */
  List<String> doubts(String host, Versions driver) {
    return hadoop.equals(driver.hadoop) || !major(hadoop).equals(major(driver.hadoop))
        ? List.of()
        : List.of(
            "Hadoop on %s is %s, the driver's is %s; if storage fails there, %s"
                .formatted(host, hadoop, driver.hadoop, Mismatch.USE_THEIRS));
  }

  private static String major(String version) {
    return version.split("\\.", 2)[0];
  }
}
