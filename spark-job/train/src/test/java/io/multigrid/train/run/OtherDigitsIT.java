package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.TinyData;
import io.multigrid.train.cli.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A country whose digits are not ASCII. */
class OtherDigitsIT {
  private static final List<String> EGYPT =
      List.of("-Xmx1g", "-Duser.language=ar", "-Duser.country=EG");

  @TempDir Path folder;

  @Test
  void namesAndNumbersAreTheSameEverywhere() throws Exception {
    Path data = folder.resolve("data");
    Path out = folder.resolve("out");
    TinyData.write(data.toString(), new Configuration(), TinyData.settings(), 16);
    String said = train(data, out, Exit.DONE);
    assertThat(said).containsPattern("accuracy \\d+\\.\\d\\d % on \\d+ videos");
    assertThat(data.resolve("manifest.json")).content().contains("\"revision\"");
    try (Stream<Path> checkpoints = Files.list(out.resolve("checkpoints"))) {
      assertThat(checkpoints.map(p -> p.getFileName().toString()))
          .filteredOn(name -> name.startsWith("iteration-"))
          .isNotEmpty()
          .allMatch(name -> name.matches("iteration-[0-9]{9}"));
    }
    assertThat(train(data, out, Exit.USAGE)).contains("--resume");
  }

  private String train(Path data, Path out, int code) throws Exception {
    Path log = Files.createTempFile(folder, "train", ".log");
    try (TrainProcess train =
        TrainProcess.start(
            EGYPT, data.toString(), out.toString(), log, Map.of(), "--set", "solver.epochs=6")) {
      assertThat(train.exitCode()).as(train.said()).isEqualTo(code);
      return train.said();
    }
  }
}
