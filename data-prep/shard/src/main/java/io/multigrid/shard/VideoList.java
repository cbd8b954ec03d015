package io.multigrid.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.storage.Storage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The list of a revision's videos: gzip of JSON lines, in the order of their paths. */
final class VideoList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VideoList() {}

  static ShardInfo write(FileSystem files, Path dataset, String file, List<ListedVideo> videos)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes, 1 << 16)) {
      for (ListedVideo video : videos) {
        out.write(JSON.writeValueAsBytes(video));
        out.write('\n');
      }
    }
    byte[] content = bytes.toByteArray();
    Storage.write(files, new Path(dataset, file), content);
    return new ShardInfo(
        file,
        videos.size(),
        content.length,
        Integer.toUnsignedLong(Checksum.crc32c(content, 0, content.length)));
  }

  static List<ListedVideo> read(FileSystem files, Path dataset, ShardInfo list) throws IOException {
    Path file = new Path(dataset, list.file());
    byte[] content = Storage.read(files, file);
    long crc = Integer.toUnsignedLong(Checksum.crc32c(content, 0, content.length));
    if (content.length != list.bytes() || crc != list.crc32c()) {
      throw new ShardException(
          "Cannot read %s: found %d bytes with checksum %08x, the manifest says %d with %08x; restore the file or prepare the data set again"
              .formatted(file, content.length, crc, list.bytes(), list.crc32c()));
    }
    List<ListedVideo> videos = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(content)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        videos.add(JSON.readValue(line, ListedVideo.class));
      }
    } catch (JsonProcessingException e) {
      throw new ShardException(file + ": not a list of videos: " + e.getOriginalMessage(), e);
    }
    return videos;
  }
}
