package io.multigrid.train.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.prep.report.ContactSheet;
import io.multigrid.shard.Amount;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.DataException;
import io.multigrid.train.cluster.RoomWatch;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.run.RunDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Says what a data set, a run, a checkpoint or a model holds.")
final class InspectCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(
      paramLabel = "URI",
      description = "a folder that prep or train wrote, a checkpoint, or a model file")
  String uri;

  @Option(names = "--verify", description = "read every byte and compare with every checksum")
  boolean verify;

  @Option(
      names = "--contact-sheet",
      paramLabel = "FILE.png",
      description = "draw frames of some videos on every grid")
  String contactSheet;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "with --verify: the cluster that reads (default: this machine, on all cores)")
  String master;

  @Option(
      names = "--spark",
      paramLabel = "KEY=VALUE",
      description =
          "with --master: a Spark setting, for instance spark.executor.memory for a long list of videos; may be repeated; read by bin/multigrid")
  List<String> spark = new ArrayList<>();

  @Option(names = "--format", defaultValue = "TABLE", description = "table or json")
  Format format;

  @Override
  public Integer call() throws Exception {
    if (master != null && !verify) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "command line",
                  "--master",
                  master,
                  "nothing runs on a cluster without --verify",
                  "add --verify, or leave --master out")));
    }
    Configuration hadoop = Sparks.hadoop();
    Locations at = Locations.of(hadoop);
    uri = at.resolve("what to inspect", uri);
    contactSheet = at.resolve("--contact-sheet", contactSheet);
    at.check();
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    if (!Storage.exists(files, new Path(path, Manifest.FILE))) {
      Optional<RunDescription> run = RunDescription.of(hadoop, uri);
      if (run.isPresent()) {
        print(run.get().text(), json -> run.get().put(JSON, json));
        return Exit.DONE;
      }
    }
    Dataset data = Dataset.open(uri, hadoop);
    if (contactSheet != null) {
      Path sheet = new Path(contactSheet);
      Storage.write(sheet.getFileSystem(hadoop), sheet, new ContactSheet(data, hadoop).png());
    }
    Optional<List<String>> damages =
        verify
            ? Optional.of(master == null ? data.verify(hadoop) : onCluster(data))
            : Optional.empty();
    DatasetDescription description = new DatasetDescription(data.manifest(), damages);
    print(text(description), json -> description.put(JSON, json));
    if (damages.isPresent() && !damages.get().isEmpty()) {
      throw new DataException(
          uri + ": " + Amount.of(damages.get().size(), "damage") + "; prepare the data set again");
    }
    return Exit.DONE;
  }

  private static List<String> onCluster(Dataset data) {
    try (JavaSparkContext spark = Sparks.forData("inspect", new SparkConf())) {
      ClusterVerification verification =
          new ClusterVerification(data, HadoopSettings.of(spark.hadoopConfiguration()));
      return RoomWatch.during(
          spark,
          Settings.reference().duration("engine.patience"),
          "verifying " + data.uri(),
          () -> verification.run(spark));
    }
  }

  private String text(DatasetDescription description) {
    return description.text() + (contactSheet == null ? "" : "\ncontact sheet in " + contactSheet);
  }

  private void print(String text, Consumer<ObjectNode> put) throws JsonProcessingException {
    if (format == Format.TABLE) {
      System.out.println(text);
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    put.accept(json);
    System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
  }
}
