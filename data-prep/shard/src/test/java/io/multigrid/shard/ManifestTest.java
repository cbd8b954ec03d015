package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path folder;

  private void says(String text, String what) throws IOException {
    Path file = Files.writeString(folder.resolve(Manifest.FILE), text);
    FileSystem files = FileSystem.getLocal(new Configuration());
    assertThatThrownBy(() -> Manifest.read(files, new org.apache.hadoop.fs.Path(folder.toString())))
        .isInstanceOf(ShardException.class)
        .hasMessage(
            "%s: not a manifest: %s; copy the newest of the folder manifests over it, or prepare the data set again"
                .formatted(file, what));
  }

  @Test
  void damageIsToldInALineWithItsPlace() throws IOException {
    String begin = "{\n  \"format\" : \"multigrid-dataset\",\n  \"version\" : 1";
    says(begin + ",\n  \"grids\" : [ {", "line 4, column 16: the text ends in the middle");
    says(
        begin + ",\n  \"classes\" : 7\n}",
        "line 4, column 15: classes is not of the kind that belongs there");
    says(begin + "}", "it lacks classes, videos, list or grids");
    says("null", "it says nothing");
  }

  @Test
  void aFileIsNoDataSet() throws IOException {
    Path file = Files.createFile(folder.resolve("video.mkv"));
    FileSystem files = FileSystem.getLocal(new Configuration());
    assertThatThrownBy(() -> Manifest.read(files, new org.apache.hadoop.fs.Path(file.toString())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("video.mkv: data set: is a file; a data set is a folder that prep");
  }

  @Test
  void numbersHaveTheirNouns() {
    assertThat(Amount.of(1, "damage")).isEqualTo("1 damage");
    assertThat(Amount.of(0, "damage") + Amount.of(2, "grid")).isEqualTo("0 damages2 grids");
  }

  /** Java writes the digits of the user's language unless it is told not to. */
  @Test
  void namesAreTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(1)).isEqualTo("\u0661");
      assertThat(Manifest.file(1)).isEqualTo("manifests/manifest-000001.json");
    } finally {
      Locale.setDefault(before);
    }
  }
}
