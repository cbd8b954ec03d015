package io.multigrid.train.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * The loss of a run, averaged over so many iterations that no more points are kept than a picture
 * shows: when there are {@link #MOST}, two become one.
 */
final class LossCurve {
  static final int MOST = 2_000;
  private static final int SMOOTHING = 20;

  private List<Point> points = new ArrayList<>();
  private int window = SMOOTHING;
  private DoubleSummaryStatistics open = new DoubleSummaryStatistics();

  /** The mean loss of iterations up to a time in seconds. */
  record Point(double elapsed, double loss) {}

  void add(double elapsed, double loss) {
    open.accept(loss);
    if (open.getCount() == window) {
      points.add(new Point(elapsed, open.getAverage()));
      open = new DoubleSummaryStatistics();
    }
    if (points.size() == MOST) {
      merge();
    }
  }

  private void merge() {
    List<Point> merged = new ArrayList<>();
    for (int i = 0; i < MOST; i += 2) {
      Point second = points.get(i + 1);
      merged.add(new Point(second.elapsed(), (points.get(i).loss() + second.loss()) / 2));
    }
    points = merged;
    window *= 2;
  }

  /** Iterations of a point; what is left at the end has none. */
  int window() {
    return window;
  }

  List<Point> points() {
    return points;
  }
}
