package io.multigrid.train.report;

import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * report.html: one page that stands on its own, with what happened in one run or in several runs of
 * the same network on the same data.
 */
final class Report {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--fg:#1d2330;--bg:#fff;--soft:#8892a6;--grid:#e3e7ee;--c0:#3b6fd4;--c1:#d9622b;--c2:#2f9e6e;--c3:#8a56c2}
      @media(prefers-color-scheme:dark){:root{--fg:#e6e9f0;--bg:#14171d;--soft:#8b93a5;--grid:#2b303b}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:860px;margin:2rem auto;padding:0 1rem}
      table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--grid)}
      th:first-child,td:first-child{text-align:left}figure{margin:1.5rem 0}figcaption{font-weight:600}
      svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}.x{text-anchor:middle}.y{text-anchor:end}
      .grid{stroke:var(--grid)}polyline{fill:none;stroke-width:2}.legend span{margin-right:1.2rem}.legend i{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem}
      .c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
      .b0{fill:var(--c0);background:var(--c0)}.b1{fill:var(--c1);background:var(--c1)}.b2{fill:var(--c2);background:var(--c2)}.b3{fill:var(--c3);background:var(--c3)}
      .note{color:var(--soft)}
      """;

  private Report() {}

  /** A run's result. */
  record Result(String run, double accuracy, double seconds, long iterations) {}

  /** Videos by true class (row) and by the class they were taken for (column). */
  record Confusion(String run, List<String> classes, long[][] counts) {}

  static String html(
      String title, String lead, List<Run> runs, List<Result> results, Confusion confusion) {
    StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\"/><title>").append(Html.text(title));
    page.append("</title><style>\n").append(STYLE).append("</style></head><body>\n<h1>");
    page.append(Html.text(title)).append("</h1>\n<p>").append(Html.text(lead)).append("</p>\n");
    results(page, results);
    accuracy(page, runs);
    loss(page, runs);
    schedule(page, runs);
    time(page, runs);
    confusion(page, confusion);
    return page.append("</body></html>\n").toString();
  }

  private static void results(StringBuilder page, List<Result> results) {
    page.append(
        "<table><tr><th>run</th><th>accuracy</th><th>seconds</th><th>iterations</th></tr>\n");
    for (Result r : results) {
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.1f %%</td><td>%.1f</td><td>%d</td></tr>%n",
              Html.text(r.run()),
              100 * r.accuracy(),
              r.seconds(),
              r.iterations()));
    }
    page.append(
        "</table>\n<p class=\"note\">Accuracy is top-1 on the validation videos. Seconds are of ");
    page.append("training alone: neither start-up nor evaluation.</p>\n");
  }

  private static void accuracy(StringBuilder page, List<Run> runs) {
    Plot plot = new Plot("Validation accuracy against training time", "seconds", "accuracy, %");
    for (int r = 0; r < runs.size(); r++) {
      List<Run.Score> scores = runs.get(r).scores();
      double[] x = scores.stream().mapToDouble(Run.Score::elapsed).toArray();
      double[] y = scores.stream().mapToDouble(s -> 100 * s.top1()).toArray();
      plot.add(runs.get(r).name(), r % 4, x, y, Plot.Style.POINTS);
    }
    page.append(plot.svg());
  }

  private static void loss(StringBuilder page, List<Run> runs) {
    Plot plot =
        new Plot(
            "Training loss against time, mean over " + windows(runs) + " iterations",
            "seconds",
            "loss");
    for (int r = 0; r < runs.size(); r++) {
      List<LossCurve.Point> points = runs.get(r).loss().points();
      double[] x = points.stream().mapToDouble(LossCurve.Point::elapsed).toArray();
      double[] y = points.stream().mapToDouble(LossCurve.Point::loss).toArray();
      plot.add(runs.get(r).name(), r % 4, x, y, Plot.Style.LINE);
    }
    page.append(plot.svg());
  }

  /** Long runs are averaged over more iterations. */
  private static String windows(List<Run> runs) {
    IntSummaryStatistics windows =
        runs.stream().mapToInt(run -> run.loss().window()).summaryStatistics();
    return windows.getMin() == windows.getMax()
        ? String.valueOf(windows.getMax())
        : windows.getMin() + " to " + windows.getMax();
  }

  private static void schedule(StringBuilder page, List<Run> runs) {
    for (Run run : runs) {
      page.append(SchedulePicture.of(run));
      shapes(page, run);
    }
  }

  private static void shapes(StringBuilder page, Run run) {
    TreeSet<String> shapes = new TreeSet<>();
    run.shapes().forEach(s -> shapes.add(s.batch() + " x " + s.frames() + " x " + s.crop() + "²"));
    page.append("<p class=\"note\">Shapes (clips x frames x pixels): ");
    page.append(Html.text(String.join(", ", shapes))).append("</p>\n");
  }

  private static void time(StringBuilder page, List<Run> runs) {
    page.append("<h2>Where the time went</h2>\n<table><tr><th>run</th><th>waiting for clips</th>");
    page.append("<th>computing</th><th>synchronising, scheduling</th><th>seconds</th></tr>\n");
    for (Run run : runs) {
      Step.Times times = run.times();
      double all = Math.max(times.waiting() + times.computing() + times.synchronising(), 1e-9);
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.1f %%</td><td>%.1f %%</td><td>%.1f %%</td><td>%.1f</td></tr>%n",
              Html.text(run.name()),
              100 * times.waiting() / all,
              100 * times.computing() / all,
              100 * times.synchronising() / all,
              run.seconds()));
    }
    page.append("</table>\n");
  }

  private static void confusion(StringBuilder page, Confusion confusion) {
    page.append("<h2>Classes: ").append(Html.text(confusion.run())).append("</h2>\n");
    page.append("<table><tr><th>true class</th>");
    confusion.classes().forEach(c -> page.append("<th>").append(Html.text(c)).append("</th>"));
    page.append("</tr>\n");
    for (int row = 0; row < confusion.counts().length; row++) {
      page.append("<tr><td>").append(Html.text(confusion.classes().get(row))).append("</td>");
      for (long count : confusion.counts()[row]) {
        page.append("<td>").append(count).append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n<p class=\"note\">Columns: the class a video was taken for.</p>\n");
  }
}
