package io.multigrid.models.weights;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What torch.save wrote, today's zip files and the older ones, and plain pickles. */
final class TorchFile {
  private static final long LARGEST_PICKLE = 64L << 20;
  private static final String MAGIC = "1950a86a20f9469cfc6c";

  private TorchFile() {}

  /** The object of a zip file. Its tensors read from the file when they are asked. */
  static Object zip(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String root = root(zip);
      ZipEntry order = zip.getEntry(root + "byteorder");
      if (order != null) {
        String text =
            new String(bytes(zip, order.getName(), 6), java.nio.charset.StandardCharsets.US_ASCII);
        if (!text.startsWith("little")) {
          throw new IOException("its numbers are stored in " + text + " byte order, not little");
        }
      }
      ZipEntry pickle = zip.getEntry(root + "data.pkl");
      if (pickle.getSize() > LARGEST_PICKLE) {
        throw new IOException("data.pkl would have " + pickle.getSize() + " bytes");
      }
      try (InputStream in = new BufferedInputStream(zip.getInputStream(pickle))) {
        return Pickle.load(
            new Bytes(in, Math.max(pickle.getSize(), 0)),
            id -> {
              TorchStorage storage = new TorchStorage(id);
              String entry = root + "data/" + storage.key;
              ZipEntry found = zip.getEntry(entry);
              long needed = Math.multiplyExact(storage.elements, storage.type.bytes());
              if (found == null || found.getSize() < needed || storage.elements < 0) {
                throw new IOException(
                    "storage %s should have %s bytes, has %s"
                        .formatted(storage.key, needed, found == null ? "none" : found.getSize()));
              }
              storage.fetch = count -> fromZip(file, entry, count);
              return storage;
            });
      }
    } catch (ArithmeticException e) {
      throw new IOException("a storage has an absurd size", e);
    }
  }

  private static String root(ZipFile zip) throws IOException {
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      String name = all.nextElement().getName();
      if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - 9) {
        return name.substring(0, name.length() - 8);
      }
    }
    throw new IOException("it is a zip file without a data.pkl in a folder, as torch.save has");
  }

  private static byte[] fromZip(Path file, String entry, long count) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return bytes(zip, entry, count);
    }
  }

  private static byte[] bytes(ZipFile zip, String entry, long count) throws IOException {
    ZipEntry found = zip.getEntry(entry);
    if (found == null || count > found.getSize() || count > Integer.MAX_VALUE - 16) {
      throw new IOException(entry + " has fewer than " + count + " bytes");
    }
    try (InputStream in = zip.getInputStream(found)) {
      byte[] bytes = in.readNBytes((int) count);
      if (bytes.length < count) {
        throw new IOException(entry + " ends at byte " + bytes.length + " of " + count);
      }
      return bytes;
    }
  }

  /** The object of a file that is a pickle, or an older torch.save: pickles, then storages. */
  static Object pickle(Path file) throws IOException {
    long length = Files.size(file);
    Map<String, TorchStorage> storages = new LinkedHashMap<>();
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      Bytes in = new Bytes(stream, length);
      Pickle.Persistent persistent =
          id -> {
            TorchStorage storage = new TorchStorage(id);
            storages.putIfAbsent(storage.key, storage);
            return storages.get(storage.key);
          };
      Object first = Pickle.load(in, persistent);
      if (!MAGIC.equals(first)) {
        return first;
      }
      Pickle.load(in, persistent); // protocol
      Pickle.load(in, persistent); // of the machine that wrote it
      Object result = Pickle.load(in, persistent);
      if (!(Pickle.load(in, persistent) instanceof List<?> keys)) {
        throw new IOException("it has no list of storages");
      }
      for (Object key : keys) {
        TorchStorage storage = key instanceof String name ? storages.get(name) : null;
        if (storage == null) {
          throw new IOException("it has a storage that nothing uses");
        }
        long elements = in.longInteger();
        if (elements != storage.elements || elements < 0 || elements > length) {
          throw new IOException(
              "storage %s has %s elements, should have %s"
                  .formatted(storage.key, elements, storage.elements));
        }
        long at = in.position();
        in.skip(elements * storage.type.bytes());
        storage.fetch = count -> fromFile(file, at, count);
      }
      for (TorchStorage storage : storages.values()) {
        if (storage.fetch == null) {
          throw new IOException("storage " + storage.key + " is missing");
        }
      }
      return result;
    }
  }

  private static byte[] fromFile(Path file, long at, long count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(count));
    try (FileChannel channel = FileChannel.open(file)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, at + buffer.position()) < 0) {
          throw new IOException("it ends at byte " + (at + buffer.position()));
        }
      }
    }
    return buffer.array();
  }
}
