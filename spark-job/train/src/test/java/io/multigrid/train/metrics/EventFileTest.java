package io.multigrid.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir Path folder;

  private Path write() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    try (EventFile events =
        EventFile.create(files, new org.apache.hadoop.fs.Path(folder.toString()))) {
      events.scalars(300, Map.of("train/loss", 0.5));
      events.flush();
      events.scalars(1L << 33, Map.of("evaluation/top1", 0.25));
    }
    try (Stream<Path> list = Files.list(folder.resolve("tensorboard"))) {
      return list.findFirst().orElseThrow();
    }
  }

  @Test
  void recordsAreAsTensorFlowWritesThem() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(write())).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = new byte[8];
      file.get(length);
      assertThat(file.getInt()).isEqualTo(EventFile.masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      file.get(data);
      assertThat(file.getInt()).isEqualTo(EventFile.masked(data));
      records.add(data);
    }
    assertThat(records).hasSize(3);
    assertThat(text(records.get(0))).endsWith("\u001a\rbrain.Event:2");
    // step 300 as a varint; a summary of 19 bytes with a value of 17: tag, and 0.5 as a float
    assertThat(text(records.get(1)))
        .endsWith("\u0010\u00ac\u0002*\u0013\n\u0011\n\ntrain/loss\u0015\u0000\u0000\u0000\u003f");
    assertThat(text(records.get(2))).contains("\u0010\u0080\u0080\u0080\u0080\u0020*");
  }

  /** Of the bytes 0 to 31, from RFC 3720, masked as TFRecord says. */
  @Test
  void checksumsAreMasked() {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    int crc = 0x46dd794e;
    assertThat(EventFile.masked(bytes)).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  @Test
  void tensorBoardReadsThem() throws Exception {
    String script =
        """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        events = EventAccumulator(sys.argv[1]); events.Reload()
        print([(t, e.step, e.value) for t in sorted(events.Tags()["scalars"]) for e in events.Scalars(t)])
        """;
    Process probe = new ProcessBuilder("python3", "-c", "import tensorboard").start();
    assumeTrue(probe.waitFor() == 0, "this Python has no tensorboard; pip install tensorboard");
    Process python =
        new ProcessBuilder("python3", "-c", script, write().getParent().toString()).start();
    assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("[('evaluation/top1', 8589934592, 0.25), ('train/loss', 300, 0.5)]\n");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
