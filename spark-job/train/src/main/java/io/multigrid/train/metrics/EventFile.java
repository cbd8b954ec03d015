package io.multigrid.train.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Scalars in TensorBoard's event files: TFRecords (length, its checksum, data, its checksum; little
 * endian, masked CRC-32C) of {@code Event} protocol buffers. Every attempt of a run writes a file
 * of its own, and TensorBoard reads all of a folder.
 */
public final class EventFile implements AutoCloseable {
  public static final String FOLDER = "tensorboard";
  private static final int MASK = 0xa282ead8;

  // Fields of Event, Summary and Summary.Value, with their wire types.
  private static final int WALL_TIME = 1 << 3 | 1;
  private static final int STEP = 2 << 3;
  private static final int FILE_VERSION = 3 << 3 | 2;
  private static final int SUMMARY = 5 << 3 | 2;
  private static final int VALUE = 1 << 3 | 2;
  private static final int TAG = 1 << 3 | 2;
  private static final int SIMPLE_VALUE = 2 << 3 | 5;

  private final GrowingFile out;

  private EventFile(GrowingFile out) {
    this.out = out;
  }

  public static EventFile create(FileSystem files, Path run) throws IOException {
    long millis = System.currentTimeMillis();
    String name =
        String.format(
            Locale.ROOT, "events.out.tfevents.%010d.multigrid.%03d", millis / 1000, millis % 1000);
    GrowingFile out = new GrowingFile(files, new Path(new Path(run, FOLDER), name));
    out.start("");
    EventFile events = new EventFile(out);
    events.record(message(0, FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8)));
    return events;
  }

  void scalars(long step, Map<String, Double> values) {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    values.forEach(
        (tag, value) -> {
          byte[] name = tag.getBytes(StandardCharsets.UTF_8);
          ByteArrayOutputStream one = new ByteArrayOutputStream();
          bytes(one, TAG, name);
          one.write(SIMPLE_VALUE);
          one.writeBytes(little(4).putFloat(value.floatValue()).array());
          bytes(summary, VALUE, one.toByteArray());
        });
    record(message(step, SUMMARY, summary.toByteArray()));
  }

  private static byte[] message(long step, int field, byte[] content) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.write(WALL_TIME);
    event.writeBytes(little(8).putDouble(System.currentTimeMillis() / 1e3).array());
    event.write(STEP);
    varint(event, step);
    bytes(event, field, content);
    return event.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream to, int field, byte[] content) {
    to.write(field);
    varint(to, content.length);
    to.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      to.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }

  private void record(byte[] data) {
    byte[] length = little(8).putLong(data.length).array();
    ByteBuffer record = little(16 + data.length);
    record.put(length).putInt(masked(length)).put(data).putInt(masked(data));
    out.add(record.array());
  }

  static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void flush() {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
