package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people get wrong, and what they are told. */
class BadInputTest {
  @TempDir Path folder;

  @Test
  void everyConfigurationProblemIsListedWithFileAndLine() throws IOException {
    Path conf = folder.resolve("my.conf");
    Files.writeString(
        conf,
        """
        multigrid {
          workers = 3
          solver { epoch = 3 }
          clip { frames = many }
        }
        """);
    Outcome outcome = Outcome.of("plan", "--conf", conf.toString(), "--set", "batch=ten");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .contains("my.conf:3: multigrid.solver.epoch: there is no such setting")
        .contains("did you mean multigrid.solver.epochs?")
        .contains("my.conf:4: multigrid.clip.frames = \"many\": must be a whole number")
        .contains("--set: multigrid.batch = \"ten\": must be a whole number");
  }

  @Test
  void whatNoPlanCanBeMadeOfIsNamedWithValueLimitAndRemedy() {
    Outcome outcome =
        Outcome.of(
            "plan",
            "--set",
            "batch=60",
            "--set",
            "clip.frames=2",
            "--set",
            "solver.steps=[0,50,40]");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err()).contains("multigrid.solver.steps = [0,50,40]: must ascend");
    Outcome next = Outcome.of("plan", "--set", "batch=60", "--set", "clip.frames=1");
    assertThat(next.err())
        .contains("multigrid.batch = 60: must be a multiple of workers = 8; the next is 64")
        .contains("1 frames x 0.25 and crop 224 x 0.7071067811865476 round to 0 frames");
  }

  @Test
  void aMissingSettingsFileAndAMissingOptionAreUsageErrors() {
    Outcome file = Outcome.of("plan", "--conf", folder.resolve("none.conf").toString());
    assertThat(file.code()).isEqualTo(Exit.USAGE);
    assertThat(file.err()).contains("none.conf: --conf: there is no such file; check the path");
    Outcome option = Outcome.of("train", "--data", "x");
    assertThat(option.code()).isEqualTo(Exit.USAGE);
    assertThat(option.err()).contains("--out").contains("See multigrid train --help.");
  }

  @Test
  void moreExecutorsThanWorkersAreRefusedBeforeAnythingIsOpened() {
    String[] train = {
      "train", "--set", "engine.executors=99", "--data", folder + "/none", "--out", folder + "/run"
    };
    Outcome outcome = Outcome.of(train);
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines(
            "multigrid: --set: multigrid.engine.executors = 99: must be at most 8, as 8 workers in"
                + " groups of 1 stay together; take fewer executors or more workers");
    train[2] = "workers=x";
    assertThat(Outcome.of(with(train, "--set", "engine.executors=99")).err().lines())
        .as("an unknown number of workers")
        .singleElement()
        .asString()
        .contains("multigrid.workers = \"x\"");
    assertThat(RunSettings.from(TinyData.settings("engine.executors=99")).train().executors())
        .as("of an evaluation, which has no workers")
        .isEqualTo(99);
  }

  @Test
  void thePatienceOfAPreparationIsChecked() {
    Outcome outcome =
        Outcome.of(
            "prep",
            "--set",
            "engine.patience=-1",
            "--set",
            "prep.quality=0",
            "--videos",
            folder.toString(),
            "--out",
            folder + "/out");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .contains("multigrid.engine.patience = -1: must not be negative; give 0 or more")
        .contains("multigrid.prep.quality = 0");
  }

  @Test
  void sharesAreGivenEitherWay() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("nothing"));
    String[] prep = {"prep", "--videos", empty.toString(), "--out", folder + "/out"};
    assertThat(Outcome.of(with(prep, "--max-quarantine", "150%")).err())
        .contains(
            "--max-quarantine: multigrid.prep.max-quarantine = \"150%\":"
                + " must be a share: 0 to 1, or 0% to 100%; the default is 0.01");
    for (String share : new String[] {"50%", "0.5"}) {
      Outcome outcome = Outcome.of(with(prep, "--max-quarantine", share));
      assertThat(outcome.err()).contains("the folder has no class folders").doesNotContain("share");
    }
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void aMissingCatalogueAnEmptyFolderAndOneClassAreNamed() throws IOException {
    assertThat(prep(folder.resolve("nowhere")).err())
        .contains("nowhere: catalogue: there is no such file or folder; check the path");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(prep(empty).err()).contains("the folder has no class folders");
    Path one = folder.resolve("one");
    video(one.resolve("only/a.mp4"));
    Outcome single = prep(one);
    assertThat(single.code()).isEqualTo(Exit.USAGE);
    assertThat(single.err()).contains("classes = [only]: there must be at least two");
  }

  @Test
  void tooManyUnusableVideosCommitNothingAndAreListed() throws IOException {
    Path videos = folder.resolve("videos");
    video(videos.resolve("a/good.mp4"));
    video(videos.resolve("b/good.mp4"));
    Files.writeString(videos.resolve("b/bad.mp4"), "no video at all");
    Outcome outcome = prep(videos);
    assertThat(outcome.code()).isEqualTo(Exit.DATA);
    assertThat(outcome.err())
        .contains("b/bad.mp4: NOT_A_VIDEO: Invalid data found when processing input (")
        .contains("1 of 3 videos are quarantined, at most 1.00 % may be; nothing was committed");
    assertThat(folder.resolve("data/manifest.json")).doesNotExist();
    assertThat(folder.resolve("data/quarantine.jsonl"))
        .content()
        .contains("\"path\":\"b/bad.mp4\",\"reason\":\"NOT_A_VIDEO\"");
    Outcome allowed = prep(videos, "--max-quarantine", "0.5");
    assertThat(allowed.code()).as(allowed.err()).isEqualTo(Exit.DONE);
    Outcome data = Outcome.of("inspect", folder.resolve("data").toString(), "--verify");
    assertThat(data.out()).contains("classes [a, b]").contains("every byte is as it was written");
    Outcome classes =
        Outcome.of(
            "train",
            "--data",
            folder.resolve("data").toString(),
            "--out",
            folder.resolve("run").toString(),
            "--set",
            "model.classes=9");
    assertThat(classes.code()).isEqualTo(Exit.USAGE);
    assertThat(classes.err()).contains("model.classes = 9: the data set has 2 classes");
  }

  @Test
  void whereNothingWasPreparedAndAFileSystemThatDoesNotAnswer() {
    Outcome nothing = Outcome.of("inspect", folder.toString());
    assertThat(nothing.code()).isEqualTo(Exit.FAILED);
    assertThat(nothing.err()).contains("no manifest.json there").contains("run prep --out");
    Outcome hdfs = Outcome.of("inspect", "hdfs://127.0.0.1:1/data");
    assertThat(hdfs.code()).isEqualTo(Exit.FAILED);
    assertThat(hdfs.err())
        // Hadoop names the host as the machine's resolver does.
        .containsPattern("hdfs://(127\\.0\\.0\\.1|localhost):1 does not answer")
        .contains("check fs.defaultFS and that the NameNode runs");
  }

  private Outcome prep(Path videos, String... more) {
    String[] own = {
      "prep",
      "--videos",
      videos.toString(),
      "--out",
      folder.resolve("data").toString(),
      "--set",
      "clip.crop=32",
      "--set",
      "clip.jitter=[36,40]",
      "--set",
      "model.classes=0"
    };
    String[] all = java.util.Arrays.copyOf(own, own.length + more.length);
    System.arraycopy(more, 0, all, own.length, more.length);
    return Outcome.of(all);
  }

  private static void video(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (VideoEncoder encoder = new VideoEncoder(file, 64, 48, 30)) {
      for (int i = 0; i < 20; i++) {
        encoder.frame(new byte[64 * 48 * 3]);
      }
    }
  }
}
