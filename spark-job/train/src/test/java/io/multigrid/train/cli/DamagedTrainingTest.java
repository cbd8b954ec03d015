package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.TinyData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard of which bytes have changed, seen from the command line. */
class DamagedTrainingTest {
  @TempDir Path folder;

  @Test
  void moreDamageThanTheBudgetIsExitCodeThree() throws Exception {
    Path data = folder.resolve("data");
    TinyData.write(data.toString(), new Configuration(), TinyData.settings(), 48);
    TinyData.damage(data);
    Outcome within = train(data, "feed.max-damaged=0.03");
    assertThat(within.code()).as(within.err()).isEqualTo(Exit.DONE);
    assertThat(within.err()).contains("damaged: videos/0.mp4: Cannot read shard ");
    Outcome beyond = train(data, "feed.max-damaged=0.02");
    assertThat(beyond.code()).as(beyond.err()).isEqualTo(Exit.DATA);
    assertThat(beyond.err())
        .contains(
            "data: 1 of 48 training videos turned out to be damaged, at most 2.00 % may be"
                + " (feed.max-damaged): videos/0.mp4; run inspect --verify and prepare them again");
  }

  @Test
  void evaluationLeavesDamagedVideosOutWithinTheBudgetToo() throws Exception {
    Path data = folder.resolve("data");
    TinyData.write(data.toString(), new Configuration(), TinyData.settings(), 48);
    Outcome trained = train(data, "solver.epochs=8");
    assertThat(trained.code()).as(trained.err()).isEqualTo(Exit.DONE);
    TinyData.damage(data, 48);
    Outcome within = evaluate(data, "feed.max-damaged=0.13");
    assertThat(within.code()).as(within.err()).isEqualTo(Exit.DONE);
    assertThat(within.err()).contains("damaged: videos/48.mp4: Cannot read shard ");
    assertThat(within.out()).contains("\"videos\" : 7").contains("\"damaged\" : 1");
    Outcome beyond = evaluate(data, "feed.max-damaged=0.12");
    assertThat(beyond.code()).as(beyond.err()).isEqualTo(Exit.DATA);
    assertThat(beyond.err())
        .contains("data: 1 of 8 validation videos turned out to be damaged, at most 12.0 % may be");
  }

  private Outcome evaluate(Path data, String budget) {
    return Outcome.of(
        "evaluate",
        "--model",
        folder.resolve("solver.epochs=8").toString(),
        "--data",
        data.toString(),
        "--format",
        "json",
        "--set",
        budget);
  }

  private Outcome train(Path data, String budget) {
    List<String> command = new ArrayList<>(List.of("train", "--data", data.toString()));
    command.addAll(List.of("--out", folder.resolve(budget).toString()));
    TinyData.sets().forEach(set -> command.addAll(List.of("--set", set)));
    command.addAll(List.of("--set", budget));
    return Outcome.of(command.toArray(String[]::new));
  }
}
