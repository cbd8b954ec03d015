package io.multigrid.prep.decode;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** A video where FFmpeg can read it: the file itself, or a copy that is deleted on close. */
public record LocalCopy(Path file, boolean copied) implements AutoCloseable {

  /** Where a video of the catalogue is; a path may hold colons. */
  public static org.apache.hadoop.fs.Path source(String root, CatalogueEntry entry) {
    return new org.apache.hadoop.fs.Path(
        new org.apache.hadoop.fs.Path(root),
        new org.apache.hadoop.fs.Path(null, null, "./" + entry.path()));
  }

  /** The local disk cannot take it, which is not waited for. */
  private static final class NoRoom extends IOException implements Failure.Known {
    private static final long serialVersionUID = 1;

    NoRoom(IOException cause) {
      super(cause);
    }

    @Override
    public Failure failure() {
      return Failure.REFUSED;
    }
  }

  /**
   * @param patience with storage that does not answer
   */
  public static LocalCopy of(
      String root, CatalogueEntry entry, Configuration configuration, Patience patience)
      throws IOException, UnusableVideoException {
    org.apache.hadoop.fs.Path source = source(root, entry);
    FileSystem files = source.getFileSystem(configuration);
    if (isFolder(files, source, patience)) {
      throw new UnusableVideoException(Reason.NOT_A_VIDEO, source + " is a folder");
    }
    Optional<Path> local = Storage.local(files, source);
    if (local.isPresent()) {
      return new LocalCopy(local.get(), false);
    }
    LocalCopy copy = new LocalCopy(temporary(), true);
    try {
      patience.run(() -> copy(files, source, copy.file));
      return copy;
    } catch (NoRoom e) {
      copy.close();
      throw noRoom(copy.file, e);
    } catch (StorageException e) {
      copy.close();
      throw new UnusableVideoException(Reason.READ_ERROR, e.getMessage());
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private static boolean isFolder(
      FileSystem files, org.apache.hadoop.fs.Path source, Patience patience)
      throws IOException, UnusableVideoException {
    try {
      return patience.of(() -> Storage.status(files, source)).isDirectory();
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      throw new UnusableVideoException(Reason.NOT_FOUND, "there is no file " + source);
    }
  }

  private static Path temporary() throws UnusableVideoException {
    try {
      return Files.createTempFile("multigrid-video-", ".tmp");
    } catch (IOException e) {
      throw noRoom(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  private static UnusableVideoException noRoom(Path file, IOException e) {
    return new UnusableVideoException(Reason.LOCAL_DISK, DecodingMain.noRoom(file.toString(), e));
  }

  /** What cannot be read is the source's fault, what cannot be written that of the local disk. */
  private static void copy(FileSystem files, org.apache.hadoop.fs.Path source, Path copy)
      throws IOException {
    byte[] block = new byte[1 << 18];
    try (InputStream in = Storage.open(files, source);
        OutputStream out = Files.newOutputStream(copy)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        try {
          out.write(block, 0, n);
        } catch (IOException e) {
          throw new NoRoom(e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (copied) {
      Files.deleteIfExists(file);
    }
  }
}
