package io.multigrid.train.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A second revision of a small local data set, whose list has as many names as one likes: they
 * share the records of its shards. Only list and manifest grow.
 */
final class ManyVideos {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST = "manifests/videos-000002-many.jsonl.gz";
  private static final String REST = "\",\"labels\"";

  private ManyVideos() {}

  static String name(int video) {
    return String.format(Locale.ROOT, "class %04d/video %09d.mp4", video / 20_000, video);
  }

  /** Every {@code videos / validation}-th is for validation. */
  static void list(Path data, int videos, int validation) throws IOException {
    List<String> train = new ArrayList<>();
    List<String> others = new ArrayList<>();
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(data.toUri());
    FileSystem files = root.getFileSystem(new Configuration());
    Manifest.read(files, root)
        .eachVideo(
            files, root, video -> (video.split() == Split.TRAIN ? train : others).add(json(video)));
    CRC32C crc = new CRC32C();
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(data.resolve(LIST)));
        OutputStream out = new Fast(new CheckedOutputStream(file, crc))) {
      StringBuilder text = new StringBuilder();
      for (int v = 0; v < videos; v++) {
        List<String> from = v % (videos / validation) == 0 ? others : train;
        text.append("{\"path\":\"").append(name(v)).append(from.get(v % from.size())).append('\n');
        if (text.length() > 1 << 16 || v == videos - 1) {
          out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
          text.setLength(0);
        }
      }
    }
    Path manifest = data.resolve(Manifest.FILE);
    ObjectNode json = (ObjectNode) JSON.readTree(Files.readAllBytes(manifest));
    json.put("revision", 2);
    json.putObject("videos")
        .put("train", videos - validation)
        .put("validation", validation)
        .put("test", 0);
    json.putObject("list")
        .put("file", LIST)
        .put("records", videos)
        .put("bytes", Files.size(data.resolve(LIST)))
        .put("crc32c", crc.getValue());
    byte[] bytes = JSON.writeValueAsBytes(json);
    Files.write(data.resolve(Manifest.file(2)), bytes);
    Files.write(manifest, bytes);
  }

  /** What follows the name. */
  private static String json(StoredVideo video) {
    try {
      String line = JSON.writeValueAsString(video);
      return line.substring(line.indexOf(REST));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
