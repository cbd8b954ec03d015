package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.schedules.FrameRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The authors' clips, frame by frame. */
class SamplingTest {
  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    golden = golden();
  }

  static JsonNode golden() throws IOException {
    try (InputStream in =
        new GZIPInputStream(SamplingTest.class.getResourceAsStream("/golden/sampling.json.gz"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void windowsOfKineticsViews() {
    int seen = 0;
    String key =
        "get_start_end_idx_[video_size,clip_size,clip_idx,num_clips,use_offset|u,start,end]";
    for (JsonNode row : golden.get(key)) {
      if (row.get(2).asInt() < 0 || !row.get(4).isBoolean()) {
        continue; // a training clip, whose start is drawn
      }
      Sampling.Window window =
          Sampling.window(
              rule(row.get(4)),
              row.get(0).asDouble(),
              row.get(1).asDouble(),
              row.get(2).asInt(),
              row.get(3).asInt());
      assertThat(window.start()).isCloseTo(row.get(5).asDouble(), within(1e-9));
      assertThat(window.end()).isCloseTo(row.get(6).asDouble(), within(1e-9));
      seen++;
    }
    assertThat(seen).isGreaterThan(500);
  }

  @Test
  void framesOfAWindow() {
    for (JsonNode row : golden.get("temporal_sampling")) {
      Sampling.Window window =
          new Sampling.Window(row.get("start").asDouble(), row.get("end").asDouble());
      assertThat(Sampling.spread(window, row.get("num_frames").asInt(), row.get("T").asInt()))
          .as(row.toString())
          .containsExactly(indices(row.get("index")));
    }
  }

  @Test
  void framesOfKineticsViews() {
    int seen = 0;
    for (JsonNode row : golden.get("decode_whole_video")) {
      int frames = row.get("video_frames").asInt();
      int count = row.get("T").asInt();
      double clip =
          Math.max(1, row.get("sampling_rate").asInt() * count / 30.0 * row.get("fps").asDouble());
      int view = row.get("clip_idx").asInt();
      Sampling.Window window =
          view < 0
              ? new Sampling.Window(row.get("start").asDouble(), row.get("end").asDouble())
              : Sampling.window(
                  rule(row.get("use_offset")), frames, clip, view, row.get("num_clips").asInt());
      assertThat(Sampling.spread(window, frames, count))
          .as(row.toString())
          .containsExactly(indices(row.get("index")));
      seen += view < 0 ? 0 : 1;
    }
    assertThat(seen).isGreaterThan(500);
  }

  @Test
  void trainingClipsOfKinetics() {
    int seen = 0;
    for (JsonNode row : golden.get("decode_whole_video")) {
      if (row.get("clip_idx").asInt() >= 0 || row.get("fps").asDouble() != 30) {
        continue; // rules speak of frames at the recipe's rate
      }
      double u = row.get("u").asDouble();
      int[] found =
          Sampling.train(
              FrameRule.KINETICS,
              row.get("video_frames").asInt(),
              row.get("T").asInt(),
              row.get("sampling_rate").asInt(),
              draw -> u);
      assertThat(found).as(row.toString()).containsExactly(indices(row.get("index")));
      seen++;
    }
    assertThat(seen).isGreaterThan(10);
  }

  @Test
  void trainingClipsOfSomethingSomething() {
    for (JsonNode row : golden.get("ssv2_get_seq_frames")) {
      int frames = row.get("video_frames").asInt();
      int count = row.get("T").asInt();
      JsonNode ranges = row.get("train_randint_inclusive_ranges");
      for (int end = 0; end < 2; end++) {
        double u = end * 0.999999;
        int[] expected = new int[count];
        for (int i = 0; i < count; i++) {
          expected[i] = ranges.get(i).get(end).asInt();
        }
        assertThat(Sampling.train(FrameRule.SSV2, frames, count, 9, draw -> u))
            .as("%s at %s", row, u)
            .containsExactly(expected);
      }
    }
    int[] drawn = new int[8];
    Sampling.train(FrameRule.SSV2, 100, 8, 1, draw -> drawn[draw]++);
    assertThat(drawn).as("a draw of its own for every frame").containsOnly(1);
  }

  @Test
  void trainingClipsOfCharades() {
    int seen = 0;
    for (JsonNode row : golden.get("charades_get_seq_frames")) {
      for (JsonNode train : row.get("train")) {
        double u = train.get("u").asDouble();
        JsonNode calls = train.get("randint_calls");
        int stride = row.get("sampling_rate").asInt();
        if (calls.size() == 2) { // the stride is drawn first
          stride += (int) (u * (calls.get(0).get(1).asInt() - stride + 1));
        }
        int[] found =
            Sampling.train(
                FrameRule.CHARADES,
                row.get("video_frames").asInt(),
                row.get("T").asInt(),
                stride,
                draw -> u);
        assertThat(found).as("%s", train).containsExactly(indices(train.get("index")));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(50);
  }

  @Test
  void middlesOfSomethingSomething() {
    for (JsonNode row : golden.get("ssv2_get_seq_frames")) {
      assertThat(Sampling.middles(row.get("video_frames").asInt(), row.get("T").asInt()))
          .containsExactly(indices(row.get("test_val")));
    }
  }

  @Test
  void stridesOfCharades() {
    int seen = 0;
    for (JsonNode row : golden.get("charades_get_seq_frames")) {
      int views = 0;
      for (JsonNode test : row.get("test")) {
        views = Math.max(views, test.get("temporal_idx").asInt() + 1);
      }
      for (JsonNode test : row.get("test")) {
        int[] found =
            Sampling.strided(
                row.get("video_frames").asInt(),
                row.get("T").asInt(),
                row.get("sampling_rate").asInt(),
                test.get("temporal_idx").asInt(),
                views);
        assertThat(found).as("%s of %d", test, views).containsExactly(indices(test.get("index")));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(100);
  }

  private static Sampling.Rule rule(JsonNode offsets) {
    return offsets.asBoolean() ? Sampling.Rule.KINETICS_OFFSET : Sampling.Rule.KINETICS;
  }

  private static int[] indices(JsonNode list) {
    int[] indices = new int[list.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = list.get(i).asInt();
    }
    return indices;
  }
}
