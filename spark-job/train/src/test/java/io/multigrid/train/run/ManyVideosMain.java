package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Engines;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.TinyData;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.evaluate.PreciseStatistics;
import io.multigrid.train.replica.TrainReplicas;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A driver with its executors in one JVM: opens a data set, plans, trains for some iterations and
 * evaluates. Prints what {@link ManyVideosIT} looks for.
 */
final class ManyVideosMain {
  static final int ITERATIONS = 12;

  private ManyVideosMain() {}

  public static void main(String[] arguments) throws IOException {
    Settings settings = TinyData.settings("engine.executors=2");
    TrainSettings train = TrainSettings.from(settings);
    Recipe recipe = Recipe.from(settings);
    try (JavaSparkContext spark = Sparks.forTraining("many", TrainSettings.from(settings))) {
      long start = System.nanoTime();
      Dataset data = Dataset.open(arguments[0], spark.hadoopConfiguration());
      say("opened %d videos in %.1f s", data.size(Split.TRAIN), (System.nanoTime() - start) / 1e9);
      say("list %d estimated %d", data.heapBytes(), data.manifest().heapBytes());
      Plan plan = new Trainer(spark, RunSettings.from(settings), data, "many").plan();
      say("planned %d iterations", plan.iterations());
      HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
      EngineJob job =
          TrainReplicas.job(
              plan,
              data,
              hadoop,
              train,
              new InitialWeights(train.initial())
                  .state(recipe, spark.hadoopConfiguration(), w -> {}));
      Evaluator evaluator = Trainer.evaluator(recipe, train, data, hadoop);
      say("closure of training %d", bytes(job.replicas()));
      say("closure of evaluation %d", bytes(evaluator));
      say(
          "closure of statistics %d",
          bytes(new PreciseStatistics(recipe, data, hadoop, train.ahead(), "cpu", 1, 1, 1)));
      List<IterationReport> reports = new ArrayList<>();
      Evaluator.State state;
      try (Engine engine = Engines.byName(train.engine().name()).start(job)) {
        double[] rates = new double[ITERATIONS];
        for (int i = 0; i < ITERATIONS; i++) {
          rates[i] = plan.iteration(i).learningRate();
        }
        engine.run(new StageRun(0, 0, rates), reports::add);
        state = new Evaluator.State(engine.weights(), Statistics.mean(engine.statistics()));
      }
      say("trained %d iterations", reports.size());
      Evaluation evaluation = evaluator.evaluate(spark, Split.VALIDATION, state);
      say("evaluated %d videos", evaluation.videos());
      say("last %s", data.video(Split.TRAIN, data.size(Split.TRAIN) - 1).path());
      say("seconds %.1f", (System.nanoTime() - start) / 1e9);
    }
  }

  private static void say(String text, Object... values) {
    System.out.println("many: " + String.format(Locale.ROOT, text, values));
  }

  private static long bytes(Object closure) throws IOException {
    long[] bytes = {0};
    try (ObjectOutputStream out =
        new ObjectOutputStream(
            new OutputStream() {
              @Override
              public void write(int b) {
                bytes[0]++;
              }

              @Override
              public void write(byte[] from, int offset, int length) {
                bytes[0] += length;
              }
            })) {
      out.writeObject(closure);
    }
    return bytes[0];
  }
}
