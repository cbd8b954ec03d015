package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.Sounds;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose pictures are fine, and what is around them is not. */
class HardContainersTest {
  @TempDir Path folder;
  private Path video;

  @BeforeEach
  void render() throws IOException {
    video = folder.resolve("video.mp4");
    PrepFixture.render(video, 64, 48, 30, 60);
  }

  /** 60 frames of which the last 30 say that they are two hours later. */
  @Test
  void aJumpOfTheClockIsCutAndTold() throws IOException {
    for (String container : List.of("mp4", "mkv", "ts")) {
      Path jumping = folder.resolve("jumping." + container);
      Remux.jump(jumping, video, 1, 7200);
      Decoding.Reply reply = decode(jumping);
      assertThat(reply.reason()).as(container + ": " + reply.detail()).isNull();
      assertThat(reply.found().stored().get(0).frames()).as(container).isBetween(29, 31);
      assertThat(reply.found().facts().frames()).as(container).isEqualTo(60);
      assertThat(reply.found().facts().notes())
          .as(container)
          .contains("jumps of the clock, which were cut: 1, 7200.0 s in all");
    }
    assertThat(decode(video).found().facts().notes()).isEmpty();
  }

  /** 8,850 times the first frame: the limit ends it somewhere before. */
  @Test
  void theTimeLimitHoldsWhileAFrameIsRepeated() throws IOException {
    Path still = folder.resolve("still.mp4");
    PrepFixture.render(still, 64, 48, 1 / 590.0, 2);
    FrameCodec codec = FrameCodec.byName("h264-8");
    try (GridFrames grid = new GridFrames(new StoredGrid(400, 15), codec, 90, folder.resolve("0"));
        VideoDecoder decoder = new VideoDecoder(List.of(grid), 0, Double.POSITIVE_INFINITY, 0.5)) {
      assertThatThrownBy(() -> decoder.decode(still))
          .isInstanceOf(UnusableVideoException.class)
          .hasMessage("decoding took longer than prep.time-limit-seconds = 0.5");
      assertThat(grid.count()).isLessThan(590 * 15);
    }
  }

  @Test
  void aCoverIsNoVideo() throws IOException {
    Path sound = folder.resolve("sound.m4a");
    Sounds.write(sound, 2);
    Path song = folder.resolve("song.mp4");
    Remux.streams(song, List.of(new Remux.Input(sound, 0), cover()));
    Decoding.Reply reply = decode(song);
    assertThat(reply.reason()).isEqualTo(Reason.NO_VIDEO_STREAM);
    assertThat(reply.detail())
        .isEqualTo("the file has no video stream; its only picture is a cover");
  }

  /** Even one of a single frame, which is smaller than the cover. */
  @Test
  void ofACoverAndAVideoTheVideoIsTaken() throws IOException {
    Path single = folder.resolve("single.mp4");
    PrepFixture.render(single, 32, 32, 30, 1);
    for (Path file : List.of(video, single)) {
      Path covered = folder.resolve("covered.mp4");
      Remux.streams(covered, List.of(cover(), new Remux.Input(file, 0)));
      Decoding.Reply reply = decode(covered);
      assertThat(reply.found().facts().codec()).isEqualTo("h264");
      assertThat(reply.found().facts().width()).isEqualTo(file == video ? 64 : 32);
    }
  }

  private Remux.Input cover() throws IOException {
    Path cover = folder.resolve("cover.png");
    BufferedImage picture = new BufferedImage(128, 96, BufferedImage.TYPE_3BYTE_BGR);
    ImageIO.write(picture, "png", cover.toFile());
    return new Remux.Input(cover, AV_DISPOSITION_ATTACHED_PIC);
  }

  @Test
  void aFullLocalDiskCostsTheVideoAndGivesItsRoomBack() throws IOException {
    Files.createSymbolicLink(folder.resolve("0"), Path.of("/dev/full"));
    Decoding.Reply reply = DecodingMain.reply(request(video));
    assertThat(reply.reason()).isEqualTo(Reason.LOCAL_DISK);
    assertThat(reply.detail())
        .isEqualTo(
            "Cannot write to "
                + folder
                + ": No space left on device; free space there, or set java.io.tmpdir to another disk, then run again");
    assertThat(Files.exists(folder.resolve("0"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
        .isFalse();
    assertThat(decode(video).found()).isNotNull();
  }

  private Decoding.Reply decode(Path file) {
    return DecodingMain.reply(request(file));
  }

  private Decoding.Request request(Path file) {
    return new Decoding.Request(
        file.toString(),
        0,
        0,
        List.of(Decoding.Grid.of(new StoredGrid(40, 15))),
        "raw",
        90,
        60,
        folder.toString());
  }
}
