package io.multigrid.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line plot as SVG. */
final class Plot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int LEFT = 60;
  private static final int BOTTOM = 40;
  private static final int TOP = 16;
  private static final int RIGHT = 16;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Line> lines = new ArrayList<>();

  /** How a line is drawn. */
  enum Style {
    LINE,
    POINTS
  }

  private record Line(String name, int colour, double[] x, double[] y, Style style) {}

  Plot(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  void add(String name, int colour, double[] x, double[] y, Style style) {
    if (x.length > 0) {
      lines.add(new Line(name, colour, x, y, style));
    }
  }

  String svg() {
    double maxX = 1e-9;
    double maxY = 1e-9;
    for (Line line : lines) {
      for (int i = 0; i < line.x.length; i++) {
        maxX = Math.max(maxX, line.x[i]);
        maxY = Math.max(maxY, line.y[i]);
      }
    }
    maxX = tickStep(maxX) * Math.ceil(maxX / tickStep(maxX) - 1e-9);
    maxY = tickStep(maxY) * Math.ceil(maxY / tickStep(maxY) - 1e-9);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">"
            .formatted(Html.text(title), WIDTH, HEIGHT, Html.text(title)));
    axes(svg, maxX, maxY);
    for (Line line : lines) {
      draw(svg, line, maxX, maxY);
    }
    svg.append("</svg><p class=\"legend\">");
    for (Line line : lines) {
      svg.append(
          "<span><i class=\"b%s\"></i>%s</span>".formatted(line.colour, Html.text(line.name)));
    }
    return svg.append("</p></figure>\n").toString();
  }

  private void axes(StringBuilder svg, double maxX, double maxY) {
    double stepY = tickStep(maxY);
    for (int t = 0; t * stepY <= maxY * (1 + 1e-9); t++) {
      double at = y(t * stepY, maxY);
      svg.append(
          fmt(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
              LEFT, WIDTH - RIGHT, at, at));
      svg.append(
          fmt("<text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>", LEFT - 8, at + 4, tick(t, stepY)));
    }
    double stepX = tickStep(maxX);
    for (int t = 0; t * stepX <= maxX * (1 + 1e-9); t++) {
      svg.append(
          fmt(
              "<text x=\"%.1f\" y=\"%d\" class=\"x\">%s</text>",
              x(t * stepX, maxX), HEIGHT - BOTTOM + 18, tick(t, stepX)));
    }
    svg.append(
        "<text x=\"%s\" y=\"%s\" class=\"x\">%s</text>"
            .formatted((LEFT + WIDTH) / 2, HEIGHT - 4, Html.text(xLabel)));
    svg.append(
        "<text transform=\"translate(14 %s) rotate(-90)\" class=\"x\">%s</text>"
            .formatted(HEIGHT / 2 - 10, Html.text(yLabel)));
  }

  private static void draw(StringBuilder svg, Line line, double maxX, double maxY) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.x.length; i++) {
      points.append(fmt("%.1f,%.1f ", x(line.x[i], maxX), y(line.y[i], maxY)));
    }
    svg.append(
        "<polyline class=\"c%s\" points=\"%s\"/>"
            .formatted(line.colour, points.toString().strip()));
    if (line.style == Style.POINTS) {
      for (int i = 0; i < line.x.length; i++) {
        svg.append(
            fmt(
                "<circle class=\"b%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
                line.colour, x(line.x[i], maxX), y(line.y[i], maxY)));
      }
    }
  }

  private static double x(double value, double max) {
    return LEFT + value / max * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, double max) {
    return HEIGHT - BOTTOM - value / max * (HEIGHT - BOTTOM - TOP);
  }

  /** 1, 2 or 5 times a power of ten, such that an axis has four to ten steps. */
  static double tickStep(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(max / 4)));
    double steps = max / 4 / power;
    return power * (steps < 2 ? 1 : steps < 5 ? 2 : 5);
  }

  private static String tick(int index, double step) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", index * step);
  }

  private static String fmt(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
