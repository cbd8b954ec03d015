package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.Settings;
import io.multigrid.models.Network;
import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.DataException;
import io.multigrid.train.FailingFiles;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.InitialSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is not what was written is read by nobody. */
class ModelSumsTest {
  private static final List<String> CLASSES = List.of("falling", "rising");
  private static final Recipe RECIPE = Recipe.from(TinyData.settings());

  @TempDir Path folder;
  private FailingFiles files;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    files = FailingFiles.create();
    model = folder.resolve(ModelFile.NAME);
    finished().write(new ModelCard(RECIPE, CLASSES), tensors());
  }

  private FinishedModel finished() {
    return new FinishedModel(files, new org.apache.hadoop.fs.Path(folder.toString()));
  }

  private static SafeTensors tensors() throws IOException {
    Settings settings = TinyData.settings();
    try (Network network = Network.create(RECIPE.model(), "cpu", 1)) {
      return ModelFile.content(
          Layout.of(RECIPE), network.weights(), network.statistics(), settings.recorded(), CLASSES);
    }
  }

  /** In the last tensor, so that nothing but its value changes. */
  private void flip() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 3] ^= 1;
    Files.write(model, bytes);
  }

  private ModelFile read() throws IOException {
    return ModelFile.read(new Configuration(), folder.toString());
  }

  @Test
  void aWholeModelIsReadAndHasSumsThatOthersCanCheck() throws IOException {
    assertThat(read().classes()).isEqualTo(CLASSES);
    assertThat(folder.resolve("SHA256SUMS"))
        .content()
        .matches("[0-9a-f]{64}  model.json\n[0-9a-f]{64}  model.safetensors\n");
  }

  @Test
  void everyEntranceRefusesAFlippedByte() throws IOException {
    flip();
    String said =
        ".*/model.safetensors is damaged: model.safetensors has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64};"
            + " restore it from a copy, or take a checkpoint of the run";
    assertThatThrownBy(this::read).isInstanceOf(DataException.class).message().matches(said);
    Configuration hadoop = new Configuration();
    assertThatThrownBy(() -> ModelFile.read(hadoop, model.toString())).message().matches(said);
    assertThatThrownBy(() -> Exports.torchScript(hadoop, folder.toString(), folder + "/m.pt"))
        .message()
        .matches(said);
    InitialWeights initial =
        new InitialWeights(new InitialSettings(Optional.of(model.toString()), false));
    assertThatThrownBy(() -> initial.state(RECIPE, hadoop, note -> {})).message().matches(said);
  }

  @Test
  void anEmptiedDescriptionAndCutSumsAreDamage() throws IOException {
    Path card = folder.resolve(ModelCard.NAME);
    byte[] described = Files.readAllBytes(card);
    Files.write(card, new byte[0]);
    assertThatThrownBy(this::read).hasMessageContaining("is damaged: model.json has SHA-256 ");
    Path sums = folder.resolve("SHA256SUMS");
    String listed = Files.readString(sums);
    Files.delete(sums);
    assertThatThrownBy(this::read)
        .hasMessageContaining("is damaged: model.json beside it has 0 bytes");
    Files.write(card, described);
    for (String cut : new String[] {"", listed.substring(0, 100)}) {
      Files.writeString(sums, cut);
      assertThatThrownBy(this::read).hasMessageContaining("SHA256SUMS beside it is cut off");
    }
  }

  /** Weights from elsewhere, with a list of sums as others write it, or of other files. */
  @Test
  void sumsThatOthersWroteAreUnderstood() throws IOException {
    Configuration hadoop = new Configuration();
    InitialWeights initial =
        new InitialWeights(new InitialSettings(Optional.of(model.toString()), false));
    Path sums = folder.resolve("SHA256SUMS");
    String sum = Files.readAllLines(sums).get(1).substring(0, 64);
    Files.delete(folder.resolve(ModelCard.NAME));
    for (String line :
        new String[] {
          sum + " *model.safetensors\r\n",
          sum.toUpperCase(Locale.ROOT) + "  model.safetensors",
          "# made by hand\n" + sum + "  other file.bin\n"
        }) {
      Files.writeString(sums, line);
      assertThat(initial.state(RECIPE, hadoop, note -> {})).isNotNull();
    }
    Files.writeString(sums, sum.replace(sum.charAt(0), 'f') + " *model.safetensors\r\n");
    flip();
    assertThatThrownBy(() -> initial.state(RECIPE, hadoop, note -> {}))
        .hasMessageContaining("is damaged: model.safetensors has SHA-256 ");
  }

  @Test
  void aModelWithoutSumsIsReadAsBefore() throws IOException {
    Files.delete(folder.resolve("SHA256SUMS"));
    flip();
    assertThat(read().classes()).isEqualTo(CLASSES);
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    finished().delete();
    files.fail(
        FailingFiles.Call.CREATE, ModelFile.NAME, 1, new IOException("No space left on device"));
    ModelCard card = new ModelCard(RECIPE, CLASSES);
    assertThatThrownBy(() -> finished().write(card, tensors()))
        .hasMessageContaining("No space left on device; the disk is full");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
