package io.multigrid.prep.decode;

import io.multigrid.prep.catalogue.CatalogueEntry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/** A video where FFmpeg can read it: the file itself, or a copy that is deleted on close. */
public record LocalCopy(Path file, boolean copied) implements AutoCloseable {

  /** Where a video of the catalogue is; a path may hold colons. */
  public static org.apache.hadoop.fs.Path source(String root, CatalogueEntry entry) {
    return new org.apache.hadoop.fs.Path(
        new org.apache.hadoop.fs.Path(root),
        new org.apache.hadoop.fs.Path(null, null, "./" + entry.path()));
  }

  public static LocalCopy of(String root, CatalogueEntry entry, Configuration configuration)
      throws IOException, UnusableVideoException {
    org.apache.hadoop.fs.Path source = source(root, entry);
    FileSystem files = source.getFileSystem(configuration);
    try {
      FileStatus status = files.getFileStatus(source);
      if (status.isDirectory()) {
        throw new UnusableVideoException(Reason.NOT_A_VIDEO, source + " is a folder");
      }
    } catch (FileNotFoundException e) {
      throw new UnusableVideoException(Reason.NOT_FOUND, "there is no file " + source);
    }
    if (files.getScheme().equals("file")) {
      String local = org.apache.hadoop.fs.Path.getPathWithoutSchemeAndAuthority(source).toString();
      return new LocalCopy(Path.of(local), false);
    }
    Path copy = temporary();
    try {
      copy(files, source, copy);
    } catch (UnusableVideoException | IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
    return new LocalCopy(copy, true);
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
      throws IOException, UnusableVideoException {
    byte[] block = new byte[1 << 18];
    try (InputStream in = files.open(source);
        OutputStream out = Files.newOutputStream(copy)) {
      for (int n = read(in, block, source); n >= 0; n = read(in, block, source)) {
        try {
          out.write(block, 0, n);
        } catch (IOException e) {
          throw noRoom(copy, e);
        }
      }
    }
  }

  private static int read(InputStream in, byte[] block, org.apache.hadoop.fs.Path source)
      throws UnusableVideoException {
    try {
      return in.read(block);
    } catch (IOException e) {
      throw new UnusableVideoException(
          Reason.READ_ERROR, "Cannot read " + source + ": " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (copied) {
      Files.deleteIfExists(file);
    }
  }
}
