package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.multigrid.config.Settings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows can be run. */
class ReadmeTest {
  private static final Pattern RECIPE =
      Pattern.compile("    # my\\.conf\n((?:    .*\n)+)", Pattern.MULTILINE);

  @TempDir Path folder;

  @Test
  void theRecipeForOwnVideosIsTheOneInConfAndMakesAPlan() throws IOException {
    Matcher shown = RECIPE.matcher(Files.readString(Launched.home().resolve("README.md")));
    assertThat(shown.find()).isTrue();
    Path file = Files.writeString(folder.resolve("my.conf"), shown.group(1));
    Path own = Launched.home().resolve("conf/own-videos.conf");
    assertThat(Settings.load(Optional.of(file), List.of()).render())
        .isEqualTo(Settings.load(Optional.of(own), List.of()).render());
    assertThat(Main.run("plan", "--conf", file.toString(), "--dataset-size", "500"))
        .isEqualTo(Exit.DONE);
  }

  /** Every key is known; that plans can be made of the published ones is the schedules' test. */
  @Test
  void theFilesInConfSayWhatEvaluationNeeds() throws IOException {
    try (Stream<Path> files = Files.list(Launched.home().resolve("conf"))) {
      for (Path file : files.toList()) {
        assertThatCode(() -> TrainSettings.from(Settings.load(Optional.of(file), List.of())))
            .as(file.toString())
            .doesNotThrowAnyException();
      }
    }
  }
}
