package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.Settings;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the module computes what the network does is the models' test. */
class ExportsTest {
  @TempDir Path folder;

  @Test
  void aModelBecomesAModule() throws IOException {
    Settings settings = TinyData.settings();
    Recipe recipe = Recipe.from(settings);
    try (Network network = Network.create(recipe.model(), "cpu", 1);
        OutputStream out = Files.newOutputStream(folder.resolve(ModelFile.NAME))) {
      ModelFile.content(
              Layout.of(recipe),
              network.weights(),
              network.statistics(),
              settings.recorded(),
              List.of("falling", "rising"))
          .write(out);
    }
    Path module = folder.resolve("model.pt");
    Exports.torchScript(new Configuration(), folder.toString(), module.toString());
    try (ZipFile zip = new ZipFile(module.toFile())) {
      List<? extends ZipEntry> code =
          zip.stream().filter(entry -> entry.getName().endsWith("code/__torch__.py")).toList();
      assertThat(code).hasSize(1);
      String source =
          new String(zip.getInputStream(code.get(0)).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(source).contains("def forward(self", "s5");
    }
    assertThatThrownBy(
            () -> Exports.torchScript(new Configuration(), folder + "/none", module.toString()))
        .hasMessageContaining("there is no such model; train writes one under --out");
  }
}
