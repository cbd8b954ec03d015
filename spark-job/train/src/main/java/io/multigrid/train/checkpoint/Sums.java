package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of files with their SHA-256, in the form that {@code sha256sum -c SHA256SUMS} reads. */
final class Sums {
  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](\\S.*?)\\r?");
  private static final String FILE = "SHA256SUMS";

  private final FileSystem files;
  private final Path folder;
  private final Map<String, String> sums = new LinkedHashMap<>();

  Sums(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** Writes a file that is visible from then on; readers see none of the sums before the last. */
  void replace(String name, Storage.Content content) throws IOException {
    MessageDigest digest = digest();
    Storage.write(
        files,
        new Path(folder, name),
        out -> {
          digest.reset();
          OutputStream summed =
              new BufferedOutputStream(new DigestOutputStream(out, digest), 1 << 16);
          content.to(summed);
          summed.flush();
        });
    sums.put(name, HexFormat.of().formatHex(digest.digest()));
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
    try (OutputStream out = Storage.create(files, new Path(folder, FILE))) {
      out.write(text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** As {@link #finish}, in a folder that others see. */
  void publish() throws IOException {
    Storage.write(files, new Path(folder, FILE), text());
  }

  /** What was written before no longer has sums. */
  static void forget(FileSystem files, Path folder) throws StorageException {
    Storage.delete(files, new Path(folder, FILE));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    sums.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    return text.toString();
  }

  /**
   * Compares a model, and what describes it, with the sums beside it. Where there are none, or none
   * of this file, nothing is known of it.
   *
   * @throws DataException if they differ, or the list of sums is damaged
   */
  static void checkModel(FileSystem files, Path model) throws IOException {
    Path folder = model.getParent();
    Path list = new Path(folder, FILE);
    boolean own = model.getName().equals(ModelFile.NAME);
    if (!Storage.exists(files, list)) {
      Path card = new Path(folder, ModelCard.NAME);
      if (own && Storage.exists(files, card) && Storage.status(files, card).getLen() == 0) {
        throw unusable(model, card.getName() + " beside it has 0 bytes");
      }
      return;
    }
    Sums sums = new Sums(files, folder);
    boolean whole = sums.parse(Storage.text(files, list));
    boolean ours = own && Storage.exists(files, new Path(folder, ModelCard.NAME));
    if (ours && !(whole && sums.sums.containsKey(ModelFile.NAME))) {
      throw unusable(model, FILE + " beside it is cut off");
    }
    for (String name : own ? List.of(ModelCard.NAME, ModelFile.NAME) : List.of(model.getName())) {
      String expected = sums.sums.get(name);
      if (expected != null) {
        sums.compare(model, name, expected);
      }
    }
  }

  private void compare(Path model, String name, String expected) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Storage.open(files, new Path(folder, name))) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      throw unusable(model, "%s lists %s, which is not there".formatted(FILE, name));
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(expected)) {
      throw unusable(model, "%s has SHA-256 %s, expected %s".formatted(name, found, expected));
    }
  }

  private static DataException unusable(Path model, String why) {
    return new DataException(
        "%s is damaged: %s; restore it from a copy, or take a checkpoint of the run"
            .formatted(model, why));
  }

  /**
   * Whether every line is one of a list of sums, as {@code sha256sum} writes it, and there is one.
   */
  private boolean parse(String text) {
    boolean whole = !text.isEmpty();
    for (String line : text.split("\n")) {
      Matcher sum = LINE.matcher(line);
      if (sum.matches()) {
        sums.put(sum.group(2), sum.group(1).toLowerCase(Locale.ROOT));
      } else {
        whole = false;
      }
    }
    return whole;
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
    if (!sums.parse(text)) {
      throw sums.torn(FILE + " is cut off");
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
