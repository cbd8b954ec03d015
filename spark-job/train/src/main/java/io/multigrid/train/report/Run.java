package io.multigrid.train.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The course of a training run, gathered iteration by iteration. It takes the same memory however
 * long the run is: one {@link Stage} a stage, one {@link Score} an evaluation.
 */
final class Run {
  private final String name;
  private final List<Stage> stages = new ArrayList<>();
  private final List<Score> scores = new ArrayList<>();
  private final Set<Step.Shape> shapes = new LinkedHashSet<>();
  private final LossCurve loss = new LossCurve();
  private final DoubleSummaryStatistics waiting = new DoubleSummaryStatistics();
  private final DoubleSummaryStatistics computing = new DoubleSummaryStatistics();
  private final DoubleSummaryStatistics synchronising = new DoubleSummaryStatistics();
  private double seconds;

  /** One evaluation; {@code elapsed} in seconds. */
  record Score(double elapsed, double top1) {}

  Run(String name) {
    this.name = name;
  }

  void add(Step step) {
    stage(step.stage()).add(step);
    shapes.add(step.shape());
    loss.add(step.elapsed(), step.loss());
    waiting.accept(step.times().waiting());
    computing.accept(step.times().computing());
    synchronising.accept(step.times().synchronising());
    seconds = step.elapsed();
  }

  void add(Score score) {
    scores.add(score);
  }

  /** The last stage if it has the number, else a new one. */
  private Stage stage(int number) {
    Stage last = stages.isEmpty() ? null : stages.get(stages.size() - 1);
    if (last == null || last.number() != number) {
      last = new Stage(number, iterations());
      stages.add(last);
    }
    return last;
  }

  String name() {
    return name;
  }

  long iterations() {
    return waiting.getCount();
  }

  List<Stage> stages() {
    return stages;
  }

  List<Score> scores() {
    return scores;
  }

  Set<Step.Shape> shapes() {
    return shapes;
  }

  LossCurve loss() {
    return loss;
  }

  /** Sums over all iterations. */
  Step.Times times() {
    return new Step.Times(waiting.getSum(), computing.getSum(), synchronising.getSum());
  }

  double seconds() {
    return seconds;
  }
}
