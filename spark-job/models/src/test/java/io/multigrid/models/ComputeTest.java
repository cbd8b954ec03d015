package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.networks.Model;
import io.multigrid.schedules.BatchNorm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a network computes, it computes the same. */
class ComputeTest {
  private record Stepped(double loss, float[] gradient, float[] statistics) {}

  @BeforeAll
  static void oneThread() {
    Network.threads(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slowfast", "i3d"})
  void stagesComputedAgainGiveTheSameGradientsAndStatistics(String name) {
    Stepped everything = step(model(name, "keep=everything"), BatchNorm.PLAIN);
    Stepped stages = step(model(name, "keep=stages"), BatchNorm.PLAIN);
    assertThat(stages.loss()).isEqualTo(everything.loss());
    assertThat(Golden.distance(stages.gradient(), everything.gradient())).isLessThan(1e-6);
    assertThat(stages.statistics()).isEqualTo(everything.statistics());
  }

  @ParameterizedTest
  @ValueSource(strings = {"slowfast", "i3d"})
  void channelsLastGivesTheSameWithinRounding(String name) {
    Stepped first = step(model(name, "layout=channels-first"), BatchNorm.PLAIN);
    Stepped last = step(model(name, "layout=channels-last"), BatchNorm.PLAIN);
    assertThat(last.loss()).isCloseTo(first.loss(), within(1e-5));
    assertThat(Golden.distance(last.gradient(), first.gradient())).isLessThan(1e-3);
  }

  @Test
  void channelsLastAndSplitNormalisationGoTogether() {
    BatchNorm split = new BatchNorm(BatchNorm.Kind.SPLIT, 2, 1);
    Stepped first = step(model("slowfast", "layout=channels-first"), split);
    Stepped last = step(model("slowfast", "layout=channels-last"), split);
    assertThat(last.loss()).isCloseTo(first.loss(), within(1e-5));
    assertThat(Golden.distance(last.gradient(), first.gradient())).isLessThan(1e-3);
  }

  @Test
  void bfloat16GivesNearlyTheSameLoss() {
    Stepped exact = step(model("slow", "precision=float32"), BatchNorm.PLAIN);
    Stepped rough = step(model("slow", "precision=bfloat16"), BatchNorm.PLAIN);
    assertThat(rough.loss()).isCloseTo(exact.loss(), within(0.05)).isNotEqualTo(exact.loss());
    assertThat(Golden.distance(rough.gradient(), exact.gradient())).isLessThan(0.5);
  }

  /** Kernels with more frames than the clips, as on the coarsest grid of 32 frames with alpha 4. */
  @ParameterizedTest
  @CsvSource({"slow,2", "slow,1", "slowfast,8", "slowfast,4", "i3d,2", "i3d,4", "c2d,2"})
  void gradientsOfShortClipsAreThemselvesInBfloat16Too(String name, int frames) {
    for (String layout : List.of("channels-first", "channels-last")) {
      String[] sets = {"layout=" + layout, "nonlocal.blocks=[]", "dropout=0", "precision=float32"};
      Model exact = model(name, sets);
      sets[3] = "precision=bfloat16";
      Model rough = model(name, sets);
      float[] expected = step(exact, batch(8, frames, 64)).gradient();
      float[] found = step(rough, batch(8, frames, 64)).gradient();
      assertThat(Golden.distance(found, expected)).as("%s %s", name, layout).isLessThan(0.5);
      for (int i = 0; i < 3; i++) {
        assertThat(step(rough, batch(8, frames, 64)).gradient()).isEqualTo(found);
      }
    }
  }

  @Test
  void memoryStaysFlatWhenStagesAreComputedAgain() throws IOException {
    Model model = model("slowfast", "keep=stages");
    try (Network network = Network.create(model, "cpu", 1)) {
      ClipBatch[] batches = {batch(4, 8, 48), batch(8, 8, 32), batch(2, 16, 48)};
      NetworkTest.run(network, batches, 30);
      long before = NetworkTest.residentMegabytes();
      NetworkTest.run(network, batches, 120);
      assertThat(NetworkTest.residentMegabytes() - before).isLessThan(60);
    }
  }

  private static Stepped step(Model model, ClipBatch batch) {
    return step(model, BatchNorm.PLAIN, batch);
  }

  private static Stepped step(Model model, BatchNorm batchNorm) {
    return step(model, batchNorm, batch(4, 8, 48));
  }

  private static Stepped step(Model model, BatchNorm batchNorm, ClipBatch batch) {
    try (Network network = Network.create(model, "cpu", 1)) {
      network.batchNorm(batchNorm);
      StepResult result = network.step(batch, 5);
      return new Stepped(result.lossMean(), network.gradients(), network.statistics());
    }
  }

  private static Model model(String name, String... settings) {
    List<String> sets =
        new ArrayList<>(
            List.of("name=" + name, "width=8", "classes=4", "zero-init-final-bn=false"));
    sets.add("blocks=[1,2,1,1]");
    if (name.equals("i3d")) {
      sets.add("nonlocal.blocks=[[3,1]]");
    }
    sets.addAll(List.of(settings));
    return NetworkTest.model(sets.toArray(new String[0]));
  }

  static ClipBatch batch(int clips, int frames, int crop) {
    Random random = new Random(11);
    ByteBuffer pixels = ByteBuffer.allocateDirect(clips * 3 * frames * crop * crop);
    while (pixels.hasRemaining()) {
      pixels.put((byte) random.nextInt(256));
    }
    int[] labels = new int[clips];
    for (int i = 0; i < clips; i++) {
      labels[i] = i % 4;
    }
    return new ClipBatch(pixels.clear(), clips, frames, crop, labels);
  }
}
