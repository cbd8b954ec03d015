package io.multigrid.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads the frames that are asked for in one positioned read, from first to last. */
final class ShardClipReader implements ClipReader {
  private static final int OPEN_SHARDS = 64;
  private static final int SKIPPED = -1;

  private final String uri;
  private final OpenedList list;
  private final int grid;
  private final FileSystem files;
  private final int keyEvery;
  private final FrameCodec.Decoder decoder;
  private final Map<Integer, ShardFile> shards = new LinkedHashMap<>(16, 0.75f, true);
  private byte[] bytes = new byte[0];
  private byte[] rgb = new byte[0];

  ShardClipReader(String uri, OpenedList list, int grid, FileSystem files) {
    this.uri = uri;
    this.list = list;
    this.grid = grid;
    this.files = files;
    FrameCodec codec = FrameCodec.byName(list.manifest().codec());
    this.keyEvery = codec.keyEvery();
    this.decoder = codec.decoder();
  }

  @Override
  public Frames read(Split split, int video, int[] frames) throws IOException {
    VideoTable videos = list.videos(split);
    ShardFile shard = shard(videos.shard(video));
    ShardFile.Table table = table(shard, videos, video);
    int count = table.frames();
    int first = frames[0];
    int last = frames[frames.length - 1];
    if (first < 0 || last >= count) {
      throw new IndexOutOfBoundsException(
          "%s: frames %s to %s of %s".formatted(videos.path(video), first, last, count));
    }
    first -= first % keyEvery;
    long start = table.offsets()[first];
    int length = Math.toIntExact(table.offsets()[last + 1] - start);
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    shard.read(start, bytes, length);
    int frameBytes = table.width() * table.height() * 3;
    if (rgb.length < frameBytes * frames.length) {
      rgb = new byte[frameBytes * frames.length];
    }
    int next = first;
    for (int i = 0; i < frames.length; i++) {
      if (i > 0 && frames[i] == frames[i - 1]) {
        System.arraycopy(rgb, (i - 1) * frameBytes, rgb, i * frameBytes, frameBytes);
        continue;
      }
      // From the frame after the last decoded one, or from the key frame if that is later.
      next = Math.max(next, frames[i] - frames[i] % keyEvery);
      for (; next <= frames[i]; next++) {
        decode(shard, table, next, start, next == frames[i] ? i * frameBytes : SKIPPED);
      }
    }
    return new Frames(table.width(), table.height(), frames.length, rgb);
  }

  private void decode(ShardFile shard, ShardFile.Table table, int frame, long start, int rgbAt) {
    long at = table.offsets()[frame];
    int offset = (int) (at - start);
    int length = (int) (table.offsets()[frame + 1] - at);
    shard.expectCrc(
        Checksum.crc32c(bytes, offset, length), table.crcs()[frame], "frame checksum", at);
    if (rgbAt == SKIPPED) {
      decoder.skip(bytes, offset, length);
    } else {
      decoder.decode(bytes, offset, length, table.width(), table.height(), rgb, rgbAt);
    }
  }

  private ShardFile.Table table(ShardFile shard, VideoTable videos, int video) throws IOException {
    OpenedList.Place place = new OpenedList.Place(grid, videos.shard(video), videos.record(video));
    ShardFile.Table table = list.tables().getIfPresent(place);
    if (table == null) {
      table = shard.table(videos.offset(video, grid), videos.frames(video, grid));
      list.tables().put(place, table);
    }
    return table;
  }

  private ShardFile shard(int index) throws IOException {
    ShardFile shard = shards.get(index);
    if (shard == null) {
      if (shards.size() >= OPEN_SHARDS) {
        Integer eldest = shards.keySet().iterator().next();
        shards.remove(eldest).close();
      }
      String file = list.manifest().grids().get(grid).shards().get(index).file();
      shard = new ShardFile(files, new Path(uri, file));
      shards.put(index, shard);
    }
    return shard;
  }

  @Override
  public void close() throws IOException {
    decoder.close();
    List<IOException> failures = new ArrayList<>();
    for (ShardFile shard : shards.values()) {
      try {
        shard.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    shards.clear();
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
