package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are checkpoints. */
class CheckpointsTest {
  @TempDir Path folder;

  private Checkpoints checkpoints() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    return new Checkpoints(files, new org.apache.hadoop.fs.Path(folder.toUri()), 2);
  }

  private Path make(String name) throws IOException {
    return Files.createDirectories(folder.resolve("checkpoints").resolve(name));
  }

  /** Java writes the digits of the user's language unless it is told not to. */
  @Test
  void namesAreTheSameInEveryLanguage() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(9)).isEqualTo("\u0669");
      assertThat(checkpoints().path(9).getName()).isEqualTo("iteration-000000009");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theNewestIsFoundAmongWhatIsNoCheckpoint() throws IOException {
    assertThat(checkpoints().newest()).isEmpty();
    make("iteration-000000009");
    make("iteration-000000010");
    make(".iteration-000000011.writing");
    make(".iteration-000000012.replaced");
    make("earlier-1/iteration-000000030");
    assertThat(checkpoints().newest()).hasValue(10);
  }

  @Test
  void whatSteppedAsideComesBackUnlessItWasReplaced() throws IOException {
    make("iteration-000000009");
    make(".iteration-000000009.replaced");
    make(".iteration-000000012.replaced");
    checkpoints().recover();
    assertThat(checkpoints().iterations()).containsExactly(12L, 9L);
  }
}
