package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A line of a list of videos, letter for letter: a data set's fingerprint is of its bytes. */
class StoredVideoTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINE =
      "{\"path\":\"a.mp4\",\"labels\":[{\"label\":3},{\"label\":4,\"start\":1.5,\"end\":2.5}],"
          + "\"split\":\"train\",\"width\":171,\"height\":128,\"durationSeconds\":3.0,"
          + "\"shard\":5,\"record\":17,\"offsets\":[90112,8589934592],\"frames\":[45,90],"
          + "\"source\":{\"bytes\":812345,\"modified\":1700000000000},"
          + "\"facts\":{\"codec\":\"h264\",\"pixelFormat\":\"yuv420p\",\"width\":320,\"height\":240,"
          + "\"fps\":29.97,\"frames\":90,\"notes\":\"\"}}";

  private static StoredVideo video() {
    return new StoredVideo(
        "a.mp4",
        List.of(VideoLabel.whole(3), new VideoLabel(4, 1.5, 2.5)),
        Split.TRAIN,
        171,
        128,
        3,
        new StoredVideo.Location(5, 17, List.of(90_112L, 1L << 33), List.of(45, 90)),
        new Source(812_345, 1_700_000_000_000L),
        new VideoFacts("h264", "yuv420p", 320, 240, 29.97, 90, ""));
  }

  private static StoredVideo read(String line) throws JsonProcessingException {
    return JSON.readValue(line, StoredVideo.class);
  }

  @Test
  void isWrittenLetterForLetterAndReadBack() throws JsonProcessingException {
    assertThat(JSON.writeValueAsString(video())).isEqualTo(LINE);
    assertThat(read(LINE)).isEqualTo(video());
  }

  @Test
  void whatIsNotThereIsNullAndWhatNobodyKnowsIsPassedOver() throws JsonProcessingException {
    String line =
        "{\"mood\":{\"shard\":9},\"frames\":[45],\"offsets\":[16],\"split\":\"test\",\"path\":\"b\",\"labels\":[]}";
    StoredVideo video = read(line);
    assertThat(video.shard()).isZero();
    assertThat(video.frames(0)).isEqualTo(45);
    assertThat(video.source()).isNull();
    assertThat(video.facts()).isNull();
    assertThat(JSON.writeValueAsString(video))
        .isEqualTo(
            "{\"path\":\"b\",\"labels\":[],\"split\":\"test\",\"width\":0,\"height\":0,"
                + "\"durationSeconds\":0.0,\"shard\":0,\"record\":0,\"offsets\":[16],\"frames\":[45],"
                + "\"source\":null,\"facts\":null}");
  }
}
