package io.multigrid.train.cli;

import io.multigrid.train.checkpoint.Exports;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model as TorchScript, for PyTorch (torch.jit.load) and C++.",
      "It takes pixels of 0 to 255, clips x 3 x frames x height x width, and gives class scores."
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin ModelOption model;

  @Option(names = "--out", required = true, paramLabel = "URI", description = "file to write")
  String out;

  @Override
  public Integer call() throws Exception {
    Configuration hadoop = new Configuration();
    Locations at = Locations.of(hadoop);
    model.uri = at.resolve("--model", model.uri);
    out = at.resolve("--out", out);
    at.check();
    Exports.torchScript(hadoop, model.uri, out);
    System.out.println(model.uri + " is in " + out);
    return Exit.DONE;
  }
}
