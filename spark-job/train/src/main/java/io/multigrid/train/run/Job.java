package io.multigrid.train.run;

import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.metrics.Progress;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import org.apache.spark.api.java.JavaSparkContext;

/** A plan, what it is carried out with, and where its results go: the same in every attempt. */
record Job(
    JavaSparkContext spark,
    RunSettings settings,
    Plan plan,
    Dataset data,
    Layout layout,
    RunFolder folder,
    Progress progress) {
  Recipe recipe() {
    return settings.recipe();
  }

  TrainSettings train() {
    return settings.train();
  }

  /** A model of the job's network as a file holds it. */
  SafeTensors model(float[] weights, float[] statistics) throws IOException {
    return ModelFile.content(layout, weights, statistics, settings.recorded(), data.classes());
  }

  HadoopSettings hadoop() {
    return HadoopSettings.of(spark.hadoopConfiguration());
  }
}
