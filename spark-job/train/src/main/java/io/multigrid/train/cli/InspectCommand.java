package io.multigrid.train.cli;

import io.multigrid.prep.report.ContactSheet;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.DataException;
import io.multigrid.train.run.RunDescription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Says what a data set, a run, a checkpoint or a model holds.")
final class InspectCommand implements Callable<Integer> {
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

  @Override
  public Integer call() throws Exception {
    Configuration hadoop = new Configuration();
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    if (!Storage.exists(files, new Path(path, Manifest.FILE))) {
      Optional<String> run = RunDescription.describe(hadoop, uri);
      if (run.isPresent()) {
        System.out.println(run.get());
        return Exit.DONE;
      }
    }
    Dataset data = Dataset.open(uri, hadoop);
    print(data.manifest());
    if (contactSheet != null) {
      Path sheet = new Path(contactSheet);
      Storage.write(sheet.getFileSystem(hadoop), sheet, new ContactSheet(data, hadoop).png());
      System.out.println("contact sheet in " + contactSheet);
    }
    if (verify) {
      List<String> damages = data.verify(hadoop);
      damages.forEach(System.out::println);
      if (!damages.isEmpty()) {
        throw new DataException(
            uri + ": " + damages.size() + " damages; prepare the data set again");
      }
      System.out.println("every byte is as it was written");
    }
    return Exit.DONE;
  }

  private static void print(Manifest manifest) {
    System.out.printf(
        "revision %d, codec %s, videos %s, %d quarantined%nclasses %s%n",
        manifest.revision(),
        manifest.codec(),
        manifest.videos(),
        manifest.quarantined(),
        manifest.classes());
    for (Manifest.Grid grid : manifest.grids()) {
      System.out.printf(
          "%s: %d shards, %,d bytes%n",
          grid.stored().name(),
          grid.shards().size(),
          grid.shards().stream().mapToLong(ShardInfo::bytes).sum());
    }
  }
}
