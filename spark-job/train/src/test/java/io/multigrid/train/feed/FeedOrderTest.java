package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.schedules.ClipOrder;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedOrderTest {
  private static final Configuration HADOOP = new Configuration();
  private static final WorkerRange ALL = new WorkerRange(0, 4);
  @TempDir static Path folder;
  private static Dataset data;
  private static Plan plan;

  @BeforeAll
  static void prepare() throws IOException {
    TinyData.write(folder.toString(), HADOOP, TinyData.settings(), 48);
    data = Dataset.open(folder.toString(), HADOOP);
    plan = Plan.of(Recipe.from(TinyData.settings()), 48);
  }

  private record Batch(List<Integer> labels, List<Byte> pixels) {
    static Batch of(ClipBatch batch) {
      List<Integer> labels = new ArrayList<>();
      List<Byte> pixels = new ArrayList<>();
      for (int label : batch.labels()) {
        labels.add(label);
      }
      for (int i = 0; i < batch.pixels().limit(); i++) {
        pixels.add(batch.pixels().get(i));
      }
      return new Batch(labels, pixels);
    }
  }

  private static List<Batch> run(WorkerRange workers, ClipFeed.Ahead ahead) throws IOException {
    List<Batch> batches = new ArrayList<>();
    try (ClipFeed feed = new ClipFeed(plan, data, HADOOP, workers, ahead)) {
      for (long i = 0; i < plan.iterations(); i++) {
        int group = ClipFeed.group(plan.iteration(i));
        for (int worker = workers.first(); worker < workers.end(); worker += group) {
          ClipBatch batch = feed.take(i, worker);
          batches.add(Batch.of(batch));
          feed.release(batch);
        }
      }
    }
    return batches;
  }

  @Test
  void labelsAreThoseOfTheVideosInTheOrderOfTheStream() throws IOException {
    List<Integer> labels = new ArrayList<>();
    run(ALL, new ClipFeed.Ahead(1, 2, new Patience(0)))
        .forEach(batch -> labels.addAll(batch.labels()));
    ClipOrder order = new ClipOrder(plan.recipe().seed(), 48);
    assertThat(labels).contains(0, 1);
    assertThat(labels)
        .containsExactlyElementsOf(
            LongStream.range(0, plan.clips())
                .mapToObj(i -> data.label(Split.TRAIN, (int) order.video(i)))
                .toList());
  }

  @Test
  void everyVideoComesOnceAnEpoch() {
    ClipOrder order = new ClipOrder(3, 1000);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(LongStream.range(epoch * 1000L, (epoch + 1) * 1000L).map(order::video).sorted())
          .containsExactlyElementsOf(LongStream.range(0, 1000).boxed().toList());
    }
  }

  /**
   * Videos that are neighbours in a shard are no likelier to meet in a batch than any others, and
   * where a video stands in one epoch says nothing about where it stands in the next: the rank
   * correlations are those of chance, whose standard deviation is 1 / sqrt(n) = 0.01.
   */
  @Test
  void clipsAreShuffledOverTheWholeDataSet() {
    int n = 10_000;
    ClipOrder order = new ClipOrder(1, n);
    double[] place = new double[n];
    double[] first = new double[n];
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      place[i] = i;
      first[(int) order.video(i)] = i;
      second[(int) order.video(n + i)] = i;
    }
    double[] neighbour = new double[n];
    for (int v = 0; v < n; v++) {
      neighbour[v] = first[(v + 1) % n];
    }
    assertThat(correlation(place, first)).isBetween(-0.04, 0.04);
    assertThat(correlation(first, second)).isBetween(-0.04, 0.04);
    assertThat(correlation(first, neighbour)).isBetween(-0.04, 0.04);
  }

  private static double correlation(double[] a, double[] b) {
    double mean = (a.length - 1) / 2.0;
    double product = 0;
    double square = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - mean) * (b[i] - mean);
      square += (a[i] - mean) * (a[i] - mean);
    }
    return product / square;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,1", "2,5"})
  void howFarAheadAndOnHowManyThreadsIsNotVisible(int threads, int prefetch) throws IOException {
    assertThat(
            run(ALL, new ClipFeed.Ahead(threads, prefetch, new Patience(0)))
                .equals(run(ALL, new ClipFeed.Ahead(1, 2, new Patience(0)))))
        .isTrue();
  }

  @Test
  void aFeedThatStartsInTheMiddleGivesTheSame() throws IOException {
    long middle = plan.iterations() / 2 + 1;
    Iteration iteration = plan.iteration(middle);
    List<Batch> whole = run(ALL, new ClipFeed.Ahead(1, 2, new Patience(0)));
    int before = 0;
    for (long i = 0; i < middle; i++) {
      before += 4 / ClipFeed.group(plan.iteration(i));
    }
    try (ClipFeed feed =
        new ClipFeed(plan, data, HADOOP, ALL, new ClipFeed.Ahead(1, 2, new Patience(0)))) {
      Batch batch = Batch.of(feed.take(iteration.index(), 0));
      assertThat(batch.equals(whole.get(before))).isTrue();
    }
  }
}
