package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.Settings;
import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.DataException;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose numbers are none: their file is blamed, and not what is computed from it. */
class ModelFileTest {
  private static final Settings SETTINGS = TinyData.settings();
  private static final Layout LAYOUT = Layout.of(Recipe.from(SETTINGS));

  @TempDir Path folder;
  private final float[] weights = new float[count(LAYOUT.parameters())];
  private final float[] statistics = new float[count(LAYOUT.statistics())];

  private static int count(List<TensorInfo> infos) {
    return infos.stream().mapToInt(TensorInfo::count).sum();
  }

  private Path write() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors model =
        ModelFile.content(
            LAYOUT, weights, statistics, SETTINGS.recorded(), List.of("falling", "rising"));
    try (OutputStream out = Files.newOutputStream(file)) {
      model.write(out);
    }
    return file;
  }

  private static ModelFile read(Path file) throws IOException {
    return ModelFile.read(new Configuration(), file.toString());
  }

  @Test
  void whatIsFiniteIsTaken() throws IOException {
    weights[1] = Float.MAX_VALUE;
    assertThat(read(write()).state(Recipe.from(SETTINGS)).weights()).isEqualTo(weights);
  }

  @Test
  void weightsThatAreNoNumbersAreTheFilesFault() throws IOException {
    weights[1] = Float.NaN;
    weights[3] = Float.NEGATIVE_INFINITY;
    Path file = write();
    String first = LAYOUT.parameters().get(0).name();
    assertThatThrownBy(() -> read(file).state(Recipe.from(SETTINGS)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot use the weights of " + file + ": " + first + " is not finite in 2 of ")
        .hasMessageEndingWith(
            ": NaN; it was damaged, or written by a training that diverged: give another file, or an earlier checkpoint");
  }

  @Test
  void soAreStatistics() throws IOException {
    statistics[0] = Float.POSITIVE_INFINITY;
    Path file = write();
    String first = LAYOUT.statistics().get(0).name();
    assertThatThrownBy(() -> read(file).state(Recipe.from(SETTINGS)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ": " + first + " is not finite in 1 of ")
        .hasMessageContaining("the first at [0]: Infinity");
  }
}
