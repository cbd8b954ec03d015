package io.multigrid.train.report;

import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.function.Function;

/**
 * The stages of a run as SVG, left to right by iterations: a row each for clips of a batch, frames,
 * crop and learning rate. A bar reaches from the least to the greatest value that the short cycle,
 * or warm-up, gives within the stage.
 */
final class SchedulePicture {
  private static final int WIDTH = 720;
  private static final int LEFT = 110;
  private static final int RIGHT = 16;
  private static final int ROW = 58;
  private static final int GAP = 14;
  private static final int TOP = 20;
  private static final double LEAST_BAR = 3;
  private static final double LETTER = 6.2;

  private final Run run;
  private final StringBuilder svg = new StringBuilder();

  private SchedulePicture(Run run) {
    this.run = run;
  }

  static String of(Run run) {
    return new SchedulePicture(run).draw("The schedule: " + run.name());
  }

  private String draw(String title) {
    int height = TOP + 4 * (ROW + GAP) + 24;
    svg.append(
        "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">"
            .formatted(Html.text(title), WIDTH, height, Html.text(title)));
    row(0, "clips a batch", stage -> stage.batch);
    row(1, "frames", stage -> stage.frames);
    row(2, "crop, pixels", stage -> stage.crop);
    row(3, "learning rate", stage -> stage.rate);
    for (Stage stage : run.stages()) {
      text(x(stage.end()), height - 8, "y", String.valueOf(stage.end()), stage);
    }
    text("x", LEFT / 2.0, height - 8, "iteration");
    return svg.append("</svg></figure>\n").toString();
  }

  private void row(int row, String name, Function<Stage, DoubleSummaryStatistics> value) {
    double max = run.stages().stream().map(value).mapToDouble(v -> v.getMax()).max().orElse(1);
    double bottom = TOP + row * (ROW + GAP) + ROW;
    text("y", LEFT - 10, bottom - ROW / 2.0 + 4, name);
    svg.append(
        fmt(
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
            LEFT, WIDTH - RIGHT, bottom, bottom));
    for (Stage stage : run.stages()) {
      double low = value.apply(stage).getMin();
      double high = value.apply(stage).getMax();
      double top = bottom - high / Math.max(max, 1e-12) * ROW;
      double size = Math.max(LEAST_BAR, (high - low) / Math.max(max, 1e-12) * ROW);
      svg.append(
          fmt(
              "<rect class=\"b%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
              row,
              x(stage.first()) + 0.5,
              top,
              Math.max(1, x(stage.end()) - x(stage.first()) - 1),
              size));
      String label = low == high ? number(high) : number(low) + "–" + number(high);
      text((x(stage.first()) + x(stage.end())) / 2, top - 4, "x", label, stage);
    }
  }

  /** A text of a stage, left out where the stage is too narrow for it. */
  private void text(double x, double y, String kind, String text, Stage stage) {
    if (text.length() * LETTER < x(stage.end()) - x(stage.first())) {
      text(kind, x, y, text);
    }
  }

  private void text(String kind, double x, double y, String text) {
    svg.append(fmt("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>", kind, x, y, text));
  }

  private double x(long iteration) {
    return LEFT + iteration / (double) Math.max(1, run.iterations()) * (WIDTH - LEFT - RIGHT);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? fmt("%.0f", value) : fmt("%.2g", value);
  }

  private static String fmt(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
