package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.report.Reports;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report is part of a run: nobody else may have begun in its folder when it is written. */
class LastWordsTest {
  @TempDir Path folder;

  @Test
  void theReportIsWrittenWhileTheFolderIsTheRuns() throws IOException {
    try (JavaSparkContext spark =
        Sparks.forTraining("test", TrainSettings.from(TinyData.settings()))) {
      Configuration hadoop = spark.hadoopConfiguration();
      String uri = folder.resolve("data").toString();
      TinyData.write(uri, hadoop, TinyData.settings(), 16);
      Dataset data = Dataset.open(uri, hadoop);
      Path out = folder.resolve("run");
      List<Boolean> owned = new ArrayList<>();
      new Trainer(
              spark,
              RunSettings.from(
                  TinyData.settings("cycles.long=false", "solver.steps=[0,1]", "solver.epochs=2")),
              data,
              "run")
          .run(
              out.toString(),
              Trainer.Start.FRESH,
              result -> {
                owned.add(Files.exists(out.resolve(Ownership.FILE)));
                Reports.train(hadoop, out.toString(), result, data.classes());
              });
      assertThat(owned).containsExactly(true);
      assertThat(out.resolve("report.html")).content().contains("<svg");
      assertThat(out.resolve(Ownership.FILE)).doesNotExist();
    }
  }
}
