package io.multigrid.train.cli;

import io.multigrid.train.ClusterException;
import io.multigrid.train.cluster.Mismatch;
import java.io.PrintStream;
import org.apache.spark.SparkUserAppException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: {@code multigrid COMMAND}. */
@Command(
    name = "multigrid",
    mixinStandardHelpOptions = true,
    version = "multigrid 0.1.0",
    description = "Trains video networks several times faster, on the Spark cluster you have.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      PrepCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ExportCommand.class
    })
public final class Main {
  /**
   * @throws SparkUserAppException the exit code, to an application master around it
   */
  public static void main(String[] args) throws SparkUserAppException {
    DriverProcess.prepare();
    int code = run(args);
    System.out.flush();
    if (!inApplicationMaster()) {
      ProcessEnd.with(code, ProcessEnd.LIMIT);
    } else if (code != Exit.DONE) {
      throw new SparkUserAppException(code);
    }
  }

  /**
   * On YARN's machines the process is the application master's, which tells how the driver ended
   * and then ends the process. One that ends earlier is a failure whose code nobody hears of.
   */
  private static boolean inApplicationMaster() {
    return "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** Runs a command and returns its exit code, one of {@link Exit}. */
  public static int run(String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(parsed -> execute(parsed, line));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command.getErr()));
    line.setParameterExceptionHandler(
        (e, given) -> {
          e.getCommandLine().getErr().println(message(e));
          return Exit.USAGE;
        });
    try {
      return line.execute(args);
    } catch (Error e) { // picocli passes on exceptions only
      return failed(e, line.getErr());
    }
  }

  private static int execute(ParseResult parsed, CommandLine line) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    if (!parsed.hasSubcommand()) {
      return usage(line);
    }
    try {
      Mismatch.check(doubt -> System.err.println("warning: " + doubt));
    } catch (ClusterException e) { // of no command's yet
      return failed(e, line.getErr());
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usage(CommandLine line) {
    line.usage(System.err);
    return Exit.USAGE;
  }

  private static String message(ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    return "multigrid: " + e.getMessage() + "\nSee " + name + " --help.";
  }

  /** Whether failures come with where they happened. */
  static boolean traced() {
    return Boolean.getBoolean("multigrid.trace") || System.getenv("MULTIGRID_TRACE") != null;
  }

  private static int failed(Throwable e, java.io.PrintWriter err) {
    if (traced()) {
      e.printStackTrace(new PrintStream(System.err, true));
    }
    err.println("multigrid: " + Failures.message(e));
    err.flush();
    return Failures.code(e);
  }
}
