package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.shard.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of videos as columns. */
class VideoListTest {
  private static final int GRIDS = 3;
  private final Configuration hadoop = new Configuration();
  private FileSystem files;
  private Path root;
  @TempDir java.nio.file.Path folder;

  @BeforeEach
  void open() throws IOException {
    root = new Path(folder.toUri());
    files = root.getFileSystem(hadoop);
  }

  @Test
  void everyVideoIsReadAsItWasWritten() throws IOException {
    List<StoredVideo> videos = videos(1000);
    Dataset data = commit(1, videos);
    List<StoredVideo> read = new ArrayList<>();
    for (Split split : Split.values()) {
      for (int v = 0; v < data.size(split); v++) {
        StoredVideo video = data.video(split, v);
        read.add(video);
        assertThat(data.label(split, v)).isEqualTo(video.label());
        assertThat(data.classes(split, v))
            .isEqualTo((int) video.labels().stream().map(VideoLabel::label).distinct().count());
        assertThat(data.frames(split, v, 2)).isEqualTo(video.frames(2));
      }
    }
    read.sort(Comparator.comparing(StoredVideo::path));
    assertThat(read).isEqualTo(videos);

    List<StoredVideo> records = new ArrayList<>();
    data.manifest().eachVideo(files, root, records::add);
    assertThat(records).isEqualTo(videos);
  }

  @Test
  void aHandleTravelsWithoutItsListWhichIsOpenedOnceAJvm() throws Exception {
    Dataset data = commit(1, videos(20_000));
    byte[] bytes = bytes(data);
    assertThat(bytes).hasSizeLessThan(3_000);

    Dataset travelled = read(bytes);
    assertThat(travelled.size(Split.TRAIN)).isEqualTo(data.size(Split.TRAIN));
    assertThat(travelled.classes()).isEqualTo(data.classes());
    assertThatThrownBy(() -> travelled.video(Split.TRAIN, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(folder + ": the list of videos is not open in this JVM");

    Dataset opened = travelled.opened(hadoop);
    assertThat(opened.video(Split.TRAIN, 7)).isEqualTo(data.video(Split.TRAIN, 7));
    assertThat(read(bytes).opened(hadoop).videos(Split.TRAIN))
        .isSameAs(opened.videos(Split.TRAIN))
        .isSameAs(data.videos(Split.TRAIN));
    assertThat(data.heapBytes() - (16 << 20)).isLessThan(20_000 * 110L);
    assertThat(data.manifest().heapBytes()).isLessThan(20_000 * 110L);
  }

  @Test
  void anotherDataSetOfTheSameRevisionIsNotTakenForTheOneThatWasOpened() throws Exception {
    byte[] bytes = bytes(commit(1, videos(10)));
    try (var all = Files.walk(folder.resolve("manifests"))) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    commit(1, videos(11));
    assertThatThrownBy(() -> read(bytes).opened(hadoop))
        .isInstanceOf(ShardException.class)
        .hasMessageContaining("revision 1 is not the one that was opened: its contents are ")
        .hasMessageContaining("it was prepared anew, so start again");
  }

  @Test
  void contentHasAFingerprint() throws IOException {
    List<StoredVideo> videos = videos(10);
    Manifest first = commit(1, videos).manifest();
    assertThat(commit(2, videos).manifest().fingerprint()).isEqualTo(first.fingerprint());
    videos.set(3, videos.get(3).labelled(List.of(VideoLabel.whole(0)), Split.TEST));
    assertThat(commit(3, videos).manifest().fingerprint()).isNotEqualTo(first.fingerprint());
  }

  @Test
  void damageToAListIsToldWhereverItIs() throws IOException {
    java.nio.file.Path list = folder.resolve(commit(1, videos(300)).manifest().list().file());
    byte[] good = Files.readAllBytes(list);
    for (int at = 0; at < good.length; at += 97) {
      byte[] bad = good.clone();
      bad[at] ^= 0x20;
      Files.write(list, bad);
      assertThatThrownBy(() -> Dataset.open(folder.toString(), hadoop))
          .as("byte " + at)
          .isInstanceOf(ShardException.class)
          .hasMessageContaining(list.getFileName() + ": found " + good.length + " bytes");
    }
    for (int length : new int[] {0, 5, good.length / 2, good.length - 1}) {
      Files.write(list, java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> Dataset.open(folder.toString(), hadoop))
          .as("cut at " + length)
          .isInstanceOf(ShardException.class)
          .hasMessageContaining(list.getFileName() + ": found " + length + " bytes");
    }
  }

  @Test
  void whatIsNotAListIsRefused() throws IOException {
    String line =
        "{\"path\":\"a\",\"labels\":[],\"split\":\"train\",\"shard\":0,\"record\":0,\"offsets\":[16],\"frames\":[1]}";
    refused(line, "a: 1 offsets and 1 numbers of frames for 3 grids");
    refused(line.replace("train", "trial"), "split trial: must be one of train, validation, test");
    refused(
        "{\"split\":\"train\",\"offsets\":[1,1,1],\"frames\":[1,1,1]}", "without path or split");
    refused("[1]", "found START_ARRAY where a video begins");
    refused(line.substring(0, 30), "line 1, column 31: the text ends in the middle");
  }

  private void refused(String text, String why) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    byte[] content = bytes.toByteArray();
    Storage.write(files, new Path(root, "bad.gz"), content);
    long crc = Integer.toUnsignedLong(Checksum.crc32c(content, 0, content.length));
    Manifest manifest = commit(1, List.of()).manifest();
    Manifest bad =
        new Manifest(
            manifest.format(),
            1,
            1,
            "raw",
            1,
            List.of(),
            Map.of(),
            0,
            new ShardInfo("bad.gz", 1, content.length, crc),
            manifest.grids());
    assertThatThrownBy(() -> VideoList.tables(files, root, bad))
        .isInstanceOf(ShardException.class)
        .hasMessageContaining("bad.gz: not a list of videos: ")
        .hasMessageContaining(why);
    try (var all = Files.walk(folder.resolve("manifests"))) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private Dataset commit(int revision, List<StoredVideo> videos) throws IOException {
    List<Manifest.Grid> grids = new ArrayList<>();
    for (int g = 0; g < GRIDS; g++) {
      ShardInfo shard = new ShardInfo("shards/" + g + ".mgs", 1, 2, 3);
      grids.add(new Manifest.Grid(8 + g, 15, List.of(shard)));
    }
    Manifest.Content content =
        new Manifest.Content(revision, "raw", 90, List.of("a", "b"), Map.of(), 0, grids);
    Manifest.commit(files, root, content, videos);
    return Dataset.open(folder.toString(), hadoop);
  }

  /** In the order of their paths: of all splits, with no, one and several labels, some timed. */
  private static List<StoredVideo> videos(int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<StoredVideo> videos = new ArrayList<>();
    for (int v = 0; v < count; v++) {
      List<VideoLabel> labels = new ArrayList<>();
      for (int l = random.nextInt(10) < 8 ? 1 : random.nextInt(4); l > 0; l--) {
        Double start = random.nextInt(50) == 0 ? 1.5 : null;
        labels.add(new VideoLabel(random.nextInt(700), start, start == null ? null : 2.5));
      }
      List<Long> offsets = new ArrayList<>();
      List<Integer> frames = new ArrayList<>();
      for (int g = 0; g < GRIDS; g++) {
        offsets.add(random.nextLong(1L << 40));
        frames.add(1 + random.nextInt(300));
      }
      videos.add(
          new StoredVideo(
              "class %d/vidéo %05d.mp4".formatted(v / 100, v),
              labels,
              Split.values()[random.nextInt(3)],
              1 + random.nextInt(65_535),
              1 + random.nextInt(65_535),
              random.nextDouble(100),
              new StoredVideo.Location(random.nextInt(20), v, offsets, frames),
              null,
              null));
    }
    videos.sort(Comparator.comparing(StoredVideo::path));
    return videos;
  }

  private static byte[] bytes(Dataset data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(data);
    }
    return bytes.toByteArray();
  }

  private static Dataset read(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Dataset) in.readObject();
    }
  }
}
