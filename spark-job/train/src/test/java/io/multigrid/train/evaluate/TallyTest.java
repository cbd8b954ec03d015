package io.multigrid.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.engine.Note;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final int CLASSES = 7;

  /** Against the definitions, with equal scores and videos of no, one and several labels. */
  @Test
  void countsWhatTheDefinitionsSayInWhateverOrder() {
    for (int videos : new int[] {1, 2, 50, 400}) {
      List<Prediction> predictions = predictions(videos);
      Tally whole = tally(predictions);
      Evaluation all = whole.evaluation(precision(whole, predictions), 1);
      assertThat(all.videos()).isEqualTo(videos);
      assertThat(all.top1()).isEqualTo(share(predictions, p -> has(p, p.best())));
      assertThat(all.top5()).isEqualTo(share(predictions, TallyTest::inFive));
      assertThat(all.loss()).isCloseTo(loss(predictions), within(1e-8));
      assertThat(all.meanAveragePrecision()).isEqualTo(meanAveragePrecision(predictions));

      Tally parts = new Tally(CLASSES);
      for (int part = 2; part >= 0; part--) {
        int first = part;
        parts.add(tally(predictions.stream().filter(p -> p.video() % 3 == first).toList()));
      }
      assertThat(parts.evaluation(precision(parts, predictions), 1))
          .usingRecursiveComparison()
          .isEqualTo(all);
    }
  }

  @Test
  void placesAreOrderedByScoreThenByVideo() {
    float[] scores = {Float.MAX_VALUE, 1, 0.5f, Float.MIN_VALUE, 0, -0f, -0.5f, -1};
    long last = Long.MIN_VALUE;
    for (float score : scores) {
      for (int video : new int[] {0, 1, Integer.MAX_VALUE}) {
        assertThat(Ranking.place(score, video)).isGreaterThan(last);
        last = Ranking.place(score, video);
      }
    }
  }

  @Test
  void damagedVideosAreNamedInTheirOrderAndDoNotCount() {
    Scored late = new Scored(7, null, new Note("late", "torn"));
    Scored early = new Scored(2, null, new Note("early", "gone"));
    Tally tally = Tally.of(List.of(late).iterator(), CLASSES);
    tally.add(Tally.of(List.of(early).iterator(), CLASSES));
    assertThat(tally.damaged()).containsExactly(early.damage(), late.damage());
    assertThat(tally.evaluation(0, 1).videos()).isZero();
    assertThat(tally.ranking().count(List.of(late).iterator()).meanAveragePrecision()).isZero();
  }

  private static Tally tally(List<Prediction> predictions) {
    return Tally.of(predictions.stream().map(Scored::of).iterator(), CLASSES);
  }

  private static double precision(Tally tally, List<Prediction> predictions) {
    Ranking ranking = tally.ranking();
    Ranking.Counts[] counts = new Ranking.Counts[2];
    for (int part = 0; part < 2; part++) {
      int rest = part;
      counts[part] =
          ranking.count(
              predictions.stream().filter(p -> p.video() % 2 == rest).map(Scored::of).iterator());
    }
    return counts[1].add(counts[0]).meanAveragePrecision();
  }

  private static double share(
      List<Prediction> predictions, java.util.function.Predicate<Prediction> what) {
    return predictions.stream().filter(what).count() / (double) predictions.size();
  }

  private static boolean has(Prediction prediction, int label) {
    return Arrays.stream(prediction.labels()).anyMatch(l -> l == label);
  }

  private static boolean inFive(Prediction p) {
    return Arrays.stream(p.labels())
        .anyMatch(
            label ->
                IntStream.range(0, CLASSES).filter(c -> p.scores()[c] > p.scores()[label]).count()
                    < 5);
  }

  private static double loss(List<Prediction> predictions) {
    return predictions.stream()
        .flatMapToDouble(
            p ->
                Arrays.stream(p.labels())
                    .mapToDouble(l -> -Math.log(Math.max(p.scores()[l], 1e-12))))
        .average()
        .orElse(0);
  }

  private static double meanAveragePrecision(List<Prediction> predictions) {
    double sum = 0;
    int counted = 0;
    for (int c = 0; c < CLASSES; c++) {
      int label = c;
      List<Prediction> ranked = new ArrayList<>(predictions);
      ranked.sort(Comparator.comparingDouble((Prediction p) -> p.scores()[label]).reversed());
      int found = 0;
      double precision = 0;
      for (int rank = 1; rank <= ranked.size(); rank++) {
        if (has(ranked.get(rank - 1), label)) {
          found++;
          precision += found / (double) rank;
        }
      }
      sum += found == 0 ? 0 : precision / found;
      counted += found == 0 ? 0 : 1;
    }
    return sum / Math.max(counted, 1);
  }

  /** Scores of 20 levels only. */
  private static List<Prediction> predictions(int videos) {
    SplittableRandom random = new SplittableRandom(videos);
    List<Prediction> all = new ArrayList<>();
    for (int v = 0; v < videos; v++) {
      float[] scores = new float[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        scores[c] = random.nextInt(20) / 20f;
      }
      int[] labels = random.ints(random.nextInt(4), 0, CLASSES).distinct().toArray();
      all.add(new Prediction(v, labels, scores));
    }
    return all;
  }
}
