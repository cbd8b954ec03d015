package io.multigrid.shard.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a local disk, through Hadoop's file system without and with checksum files. */
class LocalStorageTest {
  private abstract static class Local extends StorageContract {
    @TempDir java.nio.file.Path folder;

    @Override
    protected Path folder() {
      return new Path(folder.toUri());
    }

    @Override
    protected int replacements() {
      return 300;
    }
  }

  @Nested
  class Raw extends Local {
    @Override
    protected FileSystem files() throws IOException {
      return FileSystem.getLocal(new Configuration()).getRawFileSystem();
    }
  }

  @Nested
  class Checksummed extends Local {
    @Override
    protected LocalFileSystem files() throws IOException {
      return FileSystem.getLocal(new Configuration());
    }

    /** What an older program, or hadoop fs -put, left beside a file says nothing of the new one. */
    @Test
    void aChecksumFileOfAnOlderFileGoes() throws IOException {
      Path file = new Path(folder(), "file");
      try (var out = files().create(file)) {
        out.write(1);
      }
      assertThat(folder.resolve(".file.crc")).exists();
      Storage.write(files(), file, "new");
      assertThat(folder.resolve(".file.crc")).doesNotExist();
      try (var in = files().open(file)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("new");
      }
    }

    /** What reads it has checksums of its own, and names what is wrong. */
    @Test
    void aFileOfWhichBytesHaveChangedIsReadAsItIs() throws IOException {
      Path file = new Path(folder(), "file");
      try (var out = files().create(file)) {
        out.write(new byte[] {1, 2, 3});
      }
      Files.write(folder.resolve("file"), new byte[] {1, 2, 4});
      assertThat(Storage.read(files(), file)).containsExactly(1, 2, 4);
    }
  }
}
