package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterVerificationTest {
  @TempDir Path folder;

  @Test
  void aClusterTellsWhatOneMachineTells() throws IOException {
    String data = folder.resolve("data").toString();
    TinyData.write(data, new Configuration(), TinyData.settings(), 24);
    String[] verify = {"inspect", data, "--verify", "--master", "local[2]"};
    Outcome sound = Outcome.of(verify);
    assertThat(sound.code()).as(sound.err()).isEqualTo(Exit.DONE);
    assertThat(sound.out()).contains("every byte is as it was written");

    TinyData.damage(Path.of(data), 3);
    TinyData.damage(Path.of(data), 4);
    List<String> damages = Dataset.open(data, new Configuration()).verify(new Configuration());
    assertThat(damages)
        .anyMatch(damage -> damage.startsWith("record 1, videos/3.mp4: "))
        .anyMatch(damage -> damage.startsWith("record 2, videos/4.mp4: "));
    Outcome damaged = Outcome.of(verify);
    assertThat(damaged.code()).as(damaged.err()).isEqualTo(Exit.DATA);
    assertThat(damaged.out()).contains(damages);
    assertThat(damaged.err()).contains(damages.size() + " damages; prepare the data set again");
  }

  @Test
  void aClusterWithNothingToDoIsRefused() {
    Outcome outcome = Outcome.of("inspect", folder.toString(), "--master", "spark://there:7077");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .contains(
            "command line: --master = spark://there:7077: nothing runs on a cluster without --verify; add --verify, or leave --master out");
  }
}
