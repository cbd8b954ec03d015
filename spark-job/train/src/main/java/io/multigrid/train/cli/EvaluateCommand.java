package io.multigrid.train.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.Settings;
import io.multigrid.shard.Amount;
import io.multigrid.shard.Dataset;
import io.multigrid.train.DataException;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.cluster.Memory;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.ModelSettings;
import io.multigrid.train.settings.RunSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Scores a model on a data set: several views of every video.",
      "The model brings the settings that it was trained with; --conf and --set change them."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin SettingsOptions options;

  @Mixin ModelOption model;

  @Option(names = "--data", required = true, paramLabel = "URI", description = "prepared data set")
  String data;

  @Option(
      names = "--predictions",
      paramLabel = "URI",
      description = "where to write a row for every video: a folder X.parquet, or a CSV file")
  String predictions;

  @Option(names = "--format", defaultValue = "TABLE", description = "table or json")
  Format format;

  @Override
  public Integer call() throws Exception {
    Configuration hadoop = Sparks.hadoop();
    Locations at = Locations.of(hadoop);
    data = at.resolve("--data", data);
    model.uri = at.resolve("--model", model.uri);
    predictions = at.resolve("--predictions", predictions);
    at.check();
    ModelFile file = ModelFile.read(hadoop, model.uri);
    Settings own =
        ModelSettings.read(
                file.name(),
                file.settings(),
                Optional.ofNullable(options.file),
                options.sets,
                System.err::println)
            .read(RunSettings::from)
            .settings();
    RunSettings some = RunSettings.from(Classes.assumed(own));
    try (JavaSparkContext spark =
        Sparks.forTraining("evaluate", some.train(), Memory.ofEvaluation(some))) {
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      if (!dataset.classes().equals(file.classes())) {
        throw new DataException(
            data
                + ": its classes are "
                + dataset.classes()
                + ", those of "
                + model.uri
                + " are "
                + file.classes()
                + "; prepare the data with the classes of the model");
      }
      Evaluation result =
          Trainer.evaluate(
              spark,
              RunSettings.from(Classes.from(own, dataset)),
              dataset,
              file,
              Optional.ofNullable(predictions),
              System.err::println);
      System.out.println(format == Format.JSON ? json(result) : table(result, dataset.classes()));
    }
    return Exit.DONE;
  }

  private static String json(Evaluation result) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("videos", result.videos());
    json.put("damaged", result.damaged().size());
    json.put("top1", result.top1());
    json.put("top5", result.top5());
    json.put("meanAveragePrecision", result.meanAveragePrecision());
    json.put("loss", result.loss());
    ArrayNode confusion = json.putArray("confusion");
    for (long[] row : result.confusion()) {
      ArrayNode line = confusion.addArray();
      for (long count : row) {
        line.add(count);
      }
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  private static String table(Evaluation result, List<String> classes) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "top-1 %.2f %%  top-5 %.2f %%  mAP %.2f %%  loss %.4f  on %d videos%s%n%n",
            100 * result.top1(),
            100 * result.top5(),
            100 * result.meanAveragePrecision(),
            result.loss(),
            result.videos(),
            result.damaged().isEmpty()
                ? ""
                : ", without " + Amount.of(result.damaged().size(), "damaged one")));
    int width = classes.stream().mapToInt(String::length).max().orElse(1);
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + width + "s  right  videos, by the class they were taken for%n",
            ""));
    for (int c = 0; c < classes.size(); c++) {
      text.append(
          String.format(
              Locale.ROOT, "%-" + width + "s  %4.0f %%", classes.get(c), 100 * result.recall(c)));
      for (long count : result.confusion()[c]) {
        text.append(String.format(Locale.ROOT, " %5d", count));
      }
      text.append(System.lineSeparator());
    }
    return text.toString().stripTrailing();
  }
}
