package io.multigrid.train;

import io.multigrid.train.quickstart.Quickstart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** report.html of a run and of the quickstart. */
public final class Reports {
  private Reports() {}

  public static void train(
      Configuration hadoop, String out, Trainer.Result result, List<String> classes)
      throws IOException {}

  public static void quickstart(Path folder, Quickstart.Results results, List<String> classes)
      throws IOException {}
}
