package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user with videos of people falling, and of people who do not, would type. One person is
 * kept for validation.
 */
class OwnVideosIT {
  @TempDir Path folder;

  @Test
  void realVideosArePreparedTrainedOnAndEvaluated() throws Exception {
    Path videos = Path.of(OwnVideosIT.class.getResource("/videos/falls").toURI());
    Path catalogue = Files.writeString(folder.resolve("falls.csv"), catalogue(videos));
    Path conf = Launched.home().resolve("conf/own-videos.conf");
    Path data = folder.resolve("data");
    Path out = folder.resolve("run");

    run("plan", "--conf", conf, "--dataset-size", "13");
    Launched prepared =
        run("prep", "--conf", conf, "--catalogue", catalogue, "--videos", videos, "--out", data);
    assertThat(prepared.out())
        .contains("23 videos: ")
        .contains("23 decoded now")
        .contains("; 0 quarantined");
    String steps = "solver.steps=[0,3,4]"; // in five epochs, each of the grids still has its turn
    run(
        "train",
        "--conf",
        conf,
        "--set",
        "solver.epochs=5",
        "--set",
        steps,
        "--data",
        data,
        "--out",
        out);
    assertThat(out.resolve("report.html")).content().contains("fall").contains("<svg");
    Launched evaluated = run("evaluate", "--model", out, "--data", data);
    assertThat(evaluated.out()).contains("on 10 videos").contains("adl").contains("fall");
    Launched inspected = run("inspect", out);
    assertThat(inspected.out()).contains("[adl, fall]");
  }

  /** {@code subject3-fall-01.mp4} shows subject 3, falling. */
  private static String catalogue(Path videos) throws IOException {
    try (Stream<Path> files = Files.list(videos)) {
      return files
          .map(file -> file.getFileName().toString())
          .sorted()
          .map(name -> name + "," + name.split("-")[1] + "," + split(name))
          .collect(Collectors.joining("\n", "path,label,split\n", "\n"));
    }
  }

  private static String split(String name) {
    return name.startsWith("subject3") ? "validation" : "train";
  }

  private Launched run(Object... arguments) throws IOException, InterruptedException {
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    return Launched.run(folder, texts).succeeded();
  }
}
