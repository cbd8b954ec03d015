package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of files with their SHA-256, in the form that {@code sha256sum -c SHA256SUMS} reads. */
final class Sums {
  private static final String FILE = "SHA256SUMS";

  private final FileSystem files;
  private final Path folder;
  private final Map<String, String> sums = new LinkedHashMap<>();

  Sums(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  void write(String name, Storage.Content content) throws IOException {
    MessageDigest digest = digest();
    Path file = new Path(folder, name);
    try (OutputStream out =
        new BufferedOutputStream(
            new DigestOutputStream(Storage.create(files, file), digest), 1 << 16)) {
      content.to(out);
    }
    sums.put(name, HexFormat.of().formatHex(digest.digest()));
  }

  /** Writes the sums, last. */
  void finish() throws IOException {
    StringBuilder text = new StringBuilder();
    sums.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    try (OutputStream out = Storage.create(files, new Path(folder, FILE))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * @throws StorageException that is {@link Failure#DAMAGED} if the folder has no whole list of
   *     sums
   */
  static Sums read(FileSystem files, Path folder) throws IOException {
    Sums sums = new Sums(files, folder);
    String text;
    try {
      text = Storage.text(files, new Path(folder, FILE));
    } catch (StorageException e) {
      throw sums.tornBy(e, "there is no " + FILE);
    }
    for (String line : text.split("\n")) {
      if (!line.matches("[0-9a-f]{64}  \\S+")) {
        throw sums.torn(FILE + " is cut off");
      }
      sums.sums.put(line.substring(66), line.substring(0, 64));
    }
    return sums;
  }

  byte[] bytes(String name) throws IOException {
    return checked(name, (in, length) -> in.readAllBytes());
  }

  SafeTensors tensors(String name) throws IOException {
    Path file = new Path(folder, name);
    return checked(
        name,
        (in, length) -> {
          SafeTensors tensors = SafeTensors.read(in, file.toString(), length);
          in.transferTo(OutputStream.nullOutputStream());
          return tensors;
        });
  }

  private interface Reading<T> {
    T of(InputStream in, long length) throws IOException;
  }

  private <T> T checked(String name, Reading<T> reading) throws IOException {
    String expected = sums.get(name);
    if (expected == null) {
      throw torn(FILE + " does not list " + name);
    }
    Path file = new Path(folder, name);
    MessageDigest digest = digest();
    T result;
    try (InputStream in = new DigestInputStream(Storage.open(files, file), digest)) {
      result = reading.of(in, Storage.status(files, file).getLen());
    } catch (StorageException e) {
      throw tornBy(e, "there is no " + name);
    } catch (IOException e) {
      throw torn(name + ": " + e.getMessage());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(expected)) {
      throw torn("%s has SHA-256 %s, expected %s".formatted(name, found, expected));
    }
    return result;
  }

  private StorageException torn(String why) {
    return StorageException.damaged("Cannot use checkpoint " + folder + ": " + why);
  }

  /** Storage that does not answer says nothing of the checkpoint. */
  private StorageException tornBy(StorageException e, String missing) {
    return switch (e.failure()) {
      case MISSING -> torn(missing);
      case DAMAGED -> torn(e.getMessage());
      case TEMPORARY, NO_SPACE, REFUSED -> e;
    };
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java has SHA-256", e);
    }
  }
}
