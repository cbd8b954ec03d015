package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.JitterDraw;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authors' scales, crops and interpolation. */
class ScaledTest {
  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    golden = SamplingTest.golden();
  }

  @Test
  void scalesOfTrainingClips() {
    JsonNode rows = golden.get("short_side_jitter_[h,w,min,max,inverse,u,new_h,new_w]");
    for (JsonNode row : rows) {
      JitterDraw draw = row.get(4).asBoolean() ? JitterDraw.INVERSE : JitterDraw.UNIFORM;
      int side =
          Scaled.shortSide(row.get(2).asInt(), row.get(3).asInt(), draw, row.get(5).asDouble());
      Scaled scaled = Scaled.to(new Scaled.Size(row.get(1).asInt(), row.get(0).asInt()), side);
      assertThat(scaled.scaled())
          .as(row.toString())
          .isEqualTo(new Scaled.Size(row.get(7).asInt(), row.get(6).asInt()));
    }
    assertThat(rows.size()).isGreaterThan(300);
  }

  /** What every recorded stage and size of the short cycle scales to, crops and mirrors. */
  @ParameterizedTest
  @ValueSource(strings = {"kinetics", "ssv2", "charades"})
  void rangesOfScalesOfEveryStage(String name) {
    Recipe recipe =
        Recipe.from(Settings.recipe(name, List.of("clip.jitter-reading=lower", "model.name=slow")));
    int seen = 0;
    for (JsonNode phase : golden.get("dataset_spatial_args").get(name).get("phases")) {
      for (int index = 0; index < 3; index++) {
        JsonNode args = phase.get("short_idx_" + index);
        int crop = args.get("crop_size").asInt();
        assertThat(Grids.shortSideRange(recipe, crop))
            .as("%s at %s", args, phase.get("epoch"))
            .containsExactly(args.get("min_scale").asInt(), args.get("max_scale").asInt());
        assertThat(Grids.crops(recipe)).contains(crop);
        assertThat(recipe.clip().flip()).isEqualTo(args.get("random_horizontal_flip").asBoolean());
        assertThat(recipe.clip().jitterDraw() == JitterDraw.INVERSE)
            .isEqualTo(args.get("inverse_uniform_sampling").asBoolean());
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(5);
  }

  @Test
  void cropsOfTrainingClips() {
    JsonNode rows =
        golden.get("random_crop_[h,w,size,u,y_off,x_off,randint_calls(lo,hi_exclusive)]");
    for (JsonNode row : rows) {
      double u = row.get(3).asDouble();
      ClipWindow window = unscaled(row).drawn(row.get(2).asInt(), u, u, false);
      assertPlace(row, window, row.get(4).asInt(), row.get(5).asInt());
    }
    assertThat(rows.size()).isGreaterThan(20);
  }

  @Test
  void cropsOfEvaluationViews() {
    JsonNode rows = golden.get("uniform_crop_[h,w,size,spatial_idx,y_off,x_off]");
    for (JsonNode row : rows) {
      ClipWindow window = unscaled(row).even(row.get(2).asInt(), row.get(3).asInt(), 3);
      assertPlace(row, window, row.get(4).asInt(), row.get(5).asInt());
    }
    assertThat(rows.size()).isGreaterThan(20);
  }

  private static Scaled unscaled(JsonNode row) {
    Scaled.Size size = new Scaled.Size(row.get(1).asInt(), row.get(0).asInt());
    return new Scaled(size, size);
  }

  private static void assertPlace(JsonNode row, ClipWindow window, int top, int left) {
    int size = row.get(2).asInt();
    assertThat(window).as(row.toString()).isEqualTo(new ClipWindow(left, top, size, size, false));
  }

  /**
   * A window of the stored picture is the crop of the scaled one, to a step of uint8 and a half.
   */
  @Test
  void pixelsOfACrop() {
    JsonNode bilinear = golden.get("interpolate_bilinear");
    int height = bilinear.get("input_shape").get(2).asInt();
    int width = bilinear.get("input_shape").get(3).asInt();
    byte[] rgb = new byte[2 * 3 * height * width];
    for (int i = 0; i < 2 * height * width; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(255 * bilinear.get("input").get(i).asDouble());
      }
    }
    Frames frames = new Frames(width, height, 2, rgb);
    for (JsonNode one : bilinear.get("cases")) {
      int side = one.get("short_side").asInt();
      int longSide = one.get("shape").get(3).asInt();
      Scaled scaled = Scaled.to(new Scaled.Size(width, height), side);
      assertThat(scaled.scaled()).isEqualTo(new Scaled.Size(longSide, side));
      for (int position = 0; position < 3; position++) {
        ByteBuffer out = ByteBuffer.allocate(3 * 2 * side * side);
        new Resampler().write(frames, scaled.even(side, position, 3), side, out, 0);
        int left = (int) Math.ceil((longSide - side) * position / 2.0);
        for (int i = 0; i < 2 * side * side; i++) {
          int x = i % side;
          int row = i / side; // of both frames, one below the other
          double expected = 255 * one.get("out").get(row * longSide + left + x).asDouble();
          assertThat(out.get(i) & 255)
              .as("%d of %s", i, one)
              .isCloseTo((int) Math.round(expected), within(2));
        }
      }
    }
  }
}
