package io.multigrid.train.metrics;

import io.multigrid.engine.IterationReport;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import java.io.PrintStream;
import java.util.Locale;

/** One line about where training is: rewritten in place on a terminal, now and then in a log. */
public final class Progress {
  private static final double SMOOTHING = 0.05;

  private final PrintStream out;
  private final boolean terminal;
  private final double everySeconds;
  private final String name;
  private final Plan plan;
  private Eta eta;
  private double loss = Double.NaN;
  private double accuracy = Double.NaN;
  private double clipsPerSecond = Double.NaN;
  private long last;

  public Progress(PrintStream out, double everySeconds, String name, Plan plan) {
    this.out = out;
    this.terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
    this.everySeconds = terminal ? 0.2 : everySeconds;
    this.name = name;
    this.plan = plan;
    this.eta = new Eta(plan);
  }

  /** The run goes on after so many iterations. */
  public synchronized void resume(long iterations) {
    eta = new Eta(plan);
    for (long i = 0; i < iterations; i++) {
      eta.skip(plan.iteration(i));
    }
  }

  public synchronized void iteration(Iteration iteration, IterationReport report) {
    eta.done(iteration, report.seconds());
    loss = smooth(loss, report.loss());
    accuracy = smooth(accuracy, report.correct() / (double) report.clips());
    clipsPerSecond = smooth(clipsPerSecond, report.clips() / report.seconds());
    boolean end = iteration.index() + 1 == plan.iterations();
    long now = System.nanoTime();
    if (end || last == 0 || now - last > everySeconds * 1e9) {
      last = now;
      print(line(iteration), end);
    }
  }

  private String line(Iteration iteration) {
    return String.format(
        Locale.ROOT,
        "%s  stage %d/%d  %d x %d x %d^2  epoch %d/%d  iteration %d/%d  loss %.3f"
            + "  accuracy %.1f %%  %.0f clips/s  %s left",
        name,
        iteration.stage() + 1,
        plan.stages().size(),
        iteration.batch(),
        iteration.frames(),
        iteration.crop(),
        iteration.epoch() + 1,
        plan.epochs(),
        iteration.index() + 1,
        plan.iterations(),
        loss,
        100 * accuracy,
        clipsPerSecond,
        duration(eta.secondsLeft()));
  }

  public synchronized void message(String text) {
    print(name + "  " + text, true);
  }

  private void print(String line, boolean keep) {
    if (terminal) {
      out.print("\r\033[K" + line + (keep ? "\n" : ""));
    } else {
      out.println(line);
    }
    out.flush();
  }

  private static double smooth(double old, double value) {
    return Double.isNaN(old) ? value : old + SMOOTHING * (value - old);
  }

  /** Seconds as people write them: 42 s, 3:05 min, 7:20 h. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d h", s / 3600, s / 60 % 60);
  }
}
