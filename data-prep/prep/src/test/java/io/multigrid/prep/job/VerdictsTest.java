package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.Source;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What earlier runs left out, when the file that says so has suffered. */
class VerdictsTest {
  private static final List<Part.LeftOut> ALL =
      List.of(leftOut("a.mp4"), leftOut("b.mp4"), leftOut("c.mp4"));

  @TempDir Path folder;
  private Path file;
  private List<String> lines;

  private static Part.LeftOut leftOut(String path) {
    Quarantined video = new Quarantined(path, Reason.NO_FRAMES, "none", 1);
    return new Part.LeftOut(new Source(10, 20), video, 600, 1);
  }

  private static FileSystem files() throws IOException {
    return FileSystem.getLocal(new Configuration());
  }

  private org.apache.hadoop.fs.Path dataset() {
    return new org.apache.hadoop.fs.Path(folder.toString());
  }

  private List<Part.LeftOut> read() throws IOException {
    return Verdicts.read(files(), dataset(), 3);
  }

  @BeforeEach
  void write() throws IOException {
    Verdicts.write(files(), dataset(), 3, ALL);
    file = folder.resolve("manifests/quarantine-000003.jsonl");
    lines = Files.readAllLines(file);
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    assertThat(read()).isEqualTo(ALL);
    assertThat(Verdicts.read(files(), dataset(), 4)).isEmpty();
  }

  @Test
  void aLastLineThatWasCutOffIsLeftOutWhereverItWasCut() throws IOException {
    String whole = Files.readString(file);
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(file, whole.substring(0, length));
      int complete = (int) whole.substring(0, length).lines().filter(lines::contains).count();
      assertThat(read()).isEqualTo(ALL.subList(0, complete));
    }
  }

  @Test
  void damageInTheMiddleIsToldWithItsLine() throws IOException {
    for (String damaged : List.of(lines.get(1).substring(5), "null", "{}", "")) {
      Files.write(file, List.of(lines.get(0), damaged, lines.get(2)));
      assertThatThrownBy(this::read)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              file
                  + ":2: is not a verdict on a video; delete the file, and the videos that it leaves out are tried again")
          .satisfies(e -> assertThat(Failure.of(e)).isEqualTo(Failure.DAMAGED));
    }
  }
}
