package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparksTest {
  @Test
  void oneVariableSaysWhereEverythingTemporaryGoes() {
    SparkConf conf = new SparkConf(false).set("spark.executor.extraJavaOptions", "-Dmine=1");
    TemporaryFolder.into(conf, Map.of("MULTIGRID_TMP", "/scratch"));
    assertThat(conf.get("spark.local.dir")).isEqualTo("/scratch");
    assertThat(conf.get("spark.hadoop.hadoop.tmp.dir")).isEqualTo("/scratch/hadoop");
    assertThat(conf.get("spark.executorEnv.MULTIGRID_TMP")).isEqualTo("/scratch");
    assertThat(conf.get("spark.executor.extraJavaOptions"))
        .isEqualTo(
            "'-Djava.io.tmpdir=/scratch' '-Dorg.bytedeco.javacpp.cachedir=/scratch/multigrid-natives' -Dmine=1");
    SparkConf relative = new SparkConf(false);
    TemporaryFolder.into(relative, Map.of("MULTIGRID_TMP", "scratch"));
    String absolute = Path.of("scratch").toAbsolutePath().toString();
    assertThat(relative.get("spark.executorEnv.MULTIGRID_TMP")).isEqualTo(absolute);
    assertThat(relative.get("spark.local.dir")).isEqualTo(absolute);
    SparkConf none = new SparkConf(false);
    TemporaryFolder.into(none, Map.of());
    assertThat(none.getAll()).isEmpty();
  }

  @Test
  void aUsersLogConfigurationIsTheUsersChoice() {
    assertThat(Logs.configuredByUser("/etc/spark/log4j2.properties")).isTrue();
    assertThat(Logs.configuredByUser("")).isFalse();
    assertThat(
            Logs.configuredByUser(
                "jar:file:/spark/jars/spark-core.jar!/org/apache/spark/log4j2-defaults.properties"))
        .isFalse();
    String ours = Logs.class.getProtectionDomain().getCodeSource().getLocation().toString();
    assertThat(Logs.configuredByUser(ours + "log4j2.properties")).isFalse();
  }
}
