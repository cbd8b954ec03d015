package io.multigrid.train.cluster;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * One folder for everything temporary: {@code MULTIGRID_TMP}, which names one on every machine.
 * Spark's blocks, Hadoop's buffers and native libraries go there; the launcher does the same for
 * the driver.
 */
final class TemporaryFolder {
  private static final String VARIABLE = "MULTIGRID_TMP";
  private static final String JAVA_OPTIONS = "spark.executor.extraJavaOptions";

  private TemporaryFolder() {}

  static void into(SparkConf conf, Map<String, String> environment) {
    String given = environment.get(VARIABLE);
    if (given == null || given.isEmpty()) {
      return;
    }
    String folder =
        Path.of(given).toAbsolutePath().toString(); // executors have another one to work in
    conf.setIfMissing("spark.local.dir", folder);
    conf.setIfMissing("spark.hadoop.hadoop.tmp.dir", folder + "/hadoop");
    conf.setIfMissing("spark.executorEnv." + VARIABLE, folder);
    String own =
        "'-Djava.io.tmpdir=%s' '-Dorg.bytedeco.javacpp.cachedir=%s/multigrid-natives'"
            .formatted(folder, folder);
    conf.set(JAVA_OPTIONS, (own + " " + conf.get(JAVA_OPTIONS, "")).strip());
  }
}
