package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PATCHWELCOME;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bytes say is lasting; what kept them from being read is not. */
class ReadFailureTest {
  @TempDir Path folder;

  /** ENOENT, EIO, ENOMEM, EACCES, ENFILE, EMFILE, ETIMEDOUT, ESTALE. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 12, 13, 23, 24, 110, 116})
  void theSystemsErrorsAreTriedAgain(int errno) {
    UnusableVideoException e = ReadFailure.of(-errno, Reason.NOT_A_VIDEO);
    assertThat(e.reason()).isEqualTo(Reason.READ_ERROR);
    assertThat(e.getMessage()).endsWith("(-" + errno + ")");
  }

  @Test
  void whatTheBytesSayLasts() {
    int invalidArgument = -22;
    for (int code :
        new int[] {AVERROR_INVALIDDATA, AVERROR_PATCHWELCOME, AVERROR_EOF, invalidArgument}) {
      assertThat(ReadFailure.of(code, Reason.NO_DECODER).reason()).isEqualTo(Reason.NO_DECODER);
    }
    assertThat(ReadFailure.is(0)).isFalse();
  }

  private Decoding.Reply decode(Path file) {
    return DecodingMain.reply(
        new Decoding.Request(
            file.toString(),
            0,
            0,
            List.of(new Decoding.Grid(40, 15)),
            "raw",
            90,
            60,
            folder.toString()));
  }

  /** No user may read what is not mapped at address 0 of a process; the file opens, though. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void filesThatCannotBeReadAreNotCalledNoVideos() throws IOException {
    Decoding.Reply broken = decode(Path.of("/proc/self/mem"));
    assertThat(broken.reason()).as(broken.detail()).isEqualTo(Reason.READ_ERROR);
    assertThat(broken.detail()).isEqualTo("Input/output error (-5)");
    Path loop = folder.resolve("loop.mp4");
    Files.createSymbolicLink(loop, loop);
    assertThat(decode(loop).reason()).isEqualTo(Reason.READ_ERROR);
    assertThat(decode(folder.resolve("gone.mp4")).reason()).isEqualTo(Reason.READ_ERROR);
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");
    assertThat(decode(text).reason()).isEqualTo(Reason.NOT_A_VIDEO);
  }
}
