package io.multigrid.train.cli;

import picocli.CommandLine.Option;

/** Which model a command is about. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "URI",
      description = "a folder that train wrote, or a model.safetensors")
  String uri;
}
