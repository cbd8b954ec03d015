package io.multigrid.train.cluster;

import io.multigrid.train.Version;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.package$;
import org.bytedeco.javacpp.Loader;
import scala.util.Properties$;

/**
 * What a process runs.
 *
 * @param java its feature release, such as 17
 */
record Versions(String spark, String scala, int java, String libtorch, String multigrid)
    implements Serializable {
  /** Releases of Java that Spark 3.5 runs on, of those that run classes of ours. */
  private static final int OLDEST_JAVA = 17;

  private static final int NEWEST_JAVA = 22;

  static Versions here() {
    return new Versions(
        package$.MODULE$.SPARK_VERSION(),
        Properties$.MODULE$.versionNumberString(),
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

  /** One line each for what an executor runs and cannot, or otherwise than the driver. */
  List<String> problems(String host, Versions driver) {
    List<String> problems = new ArrayList<>();
    if (!spark.equals(driver.spark) || !scala.equals(driver.scala)) {
      problems.add(
          "Spark on %s is %s (Scala %s): must be the driver's, %s (Scala %s); %s"
              .formatted(host, spark, scala, driver.spark, driver.scala, Mismatch.USE_THEIRS));
    }
    if (java < OLDEST_JAVA || java > NEWEST_JAVA) {
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
}
