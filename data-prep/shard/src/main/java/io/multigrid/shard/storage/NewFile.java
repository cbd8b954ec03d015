package io.multigrid.shard.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file that is written under a hidden name and appears, whole, when it is committed. One that is
 * closed without being committed leaves nothing.
 */
public final class NewFile extends OutputStream {
  private final FileSystem files;
  private final Path target;
  private final Path temporary;
  private final StorageOutput out;
  private boolean committed;

  private NewFile(FileSystem files, Path target, Path temporary, StorageOutput out) {
    this.files = files;
    this.target = target;
    this.temporary = temporary;
    this.out = out;
  }

  /**
   * @param target where it will appear
   */
  public static NewFile create(FileSystem files, Path target) throws IOException {
    FileSystem plain = Storage.plain(files);
    Path temporary = Storage.temporary(target);
    return new NewFile(plain, target, temporary, Storage.create(plain, temporary, target));
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  /** Completes the file; an older one is replaced in one step. */
  public void commit() throws IOException {
    finish();
    Renaming.replace(files, temporary, target);
    committed = true;
  }

  /**
   * Completes the file if there is none yet: of several that want the name, one gets it.
   *
   * @return whether there was none
   */
  public boolean commitNew() throws IOException {
    finish();
    committed = Renaming.ifAbsent(files, temporary, target);
    return committed;
  }

  /** A rename may reach a local disk before the bytes do. */
  private void finish() throws IOException {
    if (files instanceof RawLocalFileSystem) {
      out.sync();
    }
    out.close();
  }

  /** A file system that could not write often cannot close either: the first failure is told. */
  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      out.close();
    } catch (IOException ignored) {
      // Told by whoever failed first.
    }
    try {
      Storage.delete(files, temporary);
    } catch (IOException ignored) {
      // Nobody reads a hidden name; it is swept later.
    }
  }
}
