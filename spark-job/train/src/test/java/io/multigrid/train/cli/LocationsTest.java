package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LocationsTest {
  private static final Path HERE = Path.of("/home/me");

  @Test
  void relativePathsAreTheWorkingFoldersForEveryProcess() {
    Locations at = new Locations(HERE, Optional.empty());
    assertThat(at.resolve("--out", "run")).isEqualTo("/home/me/run");
    assertThat(at.resolve("--out", "../you/run")).isEqualTo("/home/you/run");
    assertThat(at.resolve("--out", "run:1")).as("a name with a colon").isEqualTo("/home/me/run:1");
    assertThat(at.resolve("--out", "/data/run")).isEqualTo("/data/run");
    assertThat(at.resolve("--out", "hdfs:///run")).isEqualTo("hdfs:///run");
    assertThat(at.resolve("--out", "file:/run")).isEqualTo("file:/run");
    assertThat(at.resolve("--predictions", null)).isNull();
    assertThatCode(at::check).doesNotThrowAnyException();
  }

  @Test
  void relativePathsThatMeanAnotherPlaceAreRefusedTogether() {
    Configuration hdfs = new Configuration(false);
    hdfs.set("fs.defaultFS", "hdfs://namenode:8020");
    Locations at = Locations.of(hdfs);
    at.resolve("--data", "data");
    at.resolve("--out", "/runs/mine");
    at.resolve("--model", "runs/mine");
    assertThatThrownBy(at::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "command line: --data = data: is relative, but paths without a scheme are on hdfs://namenode:8020 (fs.defaultFS); give a URI such as hdfs:///folder or file:/folder, or an absolute path")
        .hasMessageContaining("--model = runs/mine: is relative")
        .message()
        .doesNotContain("--out");
  }
}
