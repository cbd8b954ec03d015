package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.TinyData;
import io.multigrid.train.metrics.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native memory of a training process: what the first walk through all shapes takes is all. */
class FlatMemoryIT {
  /** The heap does not count: it is there, whole, from the start. */
  private static final List<String> HEAP =
      List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

  /** Five learning-rate steps, each of which walks through the whole long cycle. */
  private static final String[] STEPS = {
    "--set", "solver.steps=[0,80,160,240,320]",
    "--set", "solver.epochs=400",
    "--set", "checkpoint.every-iterations=50"
  };

  private static final Pattern LINE = Pattern.compile("iteration (\\d+)/(\\d+) ");

  /**
   * A young JVM with Spark in it takes 35 to 70 MB more meanwhile, whether 140 iterations pass or
   * the 700 that do here; of an iteration's tensors, some MB, one in thirty may not stay behind.
   */
  private static final long MOST_GROWTH_MEGABYTES = 100;

  @TempDir Path folder;

  private record Progress(long done, long all) {
    static Progress of(TrainProcess train) {
      try {
        Matcher line = LINE.matcher(train.said());
        Progress latest = new Progress(0, Long.MAX_VALUE);
        while (line.find()) {
          latest = new Progress(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
        }
        return latest;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void doesNotGrowFromStageToStage() throws Exception {
    String data = folder.resolve("data").toString();
    TinyData.write(data, new Configuration(), TinyData.settings(), 96);
    Path log = Files.createTempFile(folder, "train", ".log");
    List<Long> megabytes = new ArrayList<>();
    try (TrainProcess train =
        TrainProcess.start(
            HEAP,
            data,
            folder.resolve("out").toString(),
            log,
            Map.of("spark.master", "local[1]"),
            STEPS)) {
      // After every fifth of the iterations but the first, which is about a step.
      for (int fifth = 2; fifth <= 5; fifth++) {
        int part = fifth;
        train.await(
            "iterations",
            () -> {
              Progress progress = Progress.of(train);
              return progress.all != Long.MAX_VALUE && progress.done >= progress.all * part / 5 - 3;
            });
        megabytes.add(train.residentMegabytes());
      }
    }
    assertThat(megabytes.get(3) - megabytes.get(0))
        .as("growth, MB, of %s", megabytes)
        .isLessThan(MOST_GROWTH_MEGABYTES);
  }
}
