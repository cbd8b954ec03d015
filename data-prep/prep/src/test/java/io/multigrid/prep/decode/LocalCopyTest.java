package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos on storage that is away for a moment. */
class LocalCopyTest {
  private static final CatalogueEntry VIDEO =
      new CatalogueEntry("a.mp4", List.of(), Split.TRAIN, null);

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("a.mp4"), "frames");
  }

  /** The local disk under a name of its own, whose streams break. */
  public static final class Breaking extends FilterFileSystem {
    private static int left;

    public Breaking() {
      super(new RawLocalFileSystem());
    }

    @Override
    public void initialize(URI name, Configuration conf) throws IOException {
      super.initialize(URI.create("file:///"), conf);
    }

    @Override
    public URI getUri() {
      return URI.create("breaking:///");
    }

    private static org.apache.hadoop.fs.Path local(org.apache.hadoop.fs.Path path) {
      return new org.apache.hadoop.fs.Path(path.toUri().getPath());
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      return super.getFileStatus(local(path));
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      byte[] bytes = Files.readAllBytes(Path.of(path.toUri().getPath()));
      return new FSDataInputStream(new Stream(bytes));
    }

    /** One byte at a time, of which the fourth may fail. */
    private static final class Stream extends FSInputStream {
      private final byte[] bytes;
      private int at;

      Stream(byte[] bytes) {
        this.bytes = bytes;
      }

      @Override
      public int read() throws IOException {
        if (at == 3 && left > 0) {
          left--;
          throw new IOException("the data node is gone");
        }
        return at == bytes.length ? -1 : bytes[at++];
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int one = read();
        if (one < 0) {
          return -1;
        }
        into[offset] = (byte) one;
        return 1;
      }

      @Override
      public void seek(long position) {
        at = (int) position;
      }

      @Override
      public long getPos() {
        return at;
      }

      @Override
      public boolean seekToNewSource(long target) {
        return false;
      }
    }
  }

  private LocalCopy copy(CatalogueEntry entry, Patience patience)
      throws IOException, UnusableVideoException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.breaking.impl", Breaking.class.getName());
    return LocalCopy.of("breaking://" + folder, entry, hadoop, patience);
  }

  @Test
  void whatPassesCostsNoVideo() throws Exception {
    Breaking.left = 2;
    try (LocalCopy copy = copy(VIDEO, new Patience(60))) {
      assertThat(copy.copied()).isTrue();
      assertThat(copy.file()).hasContent("frames");
    }
    assertThat(Breaking.left).isZero();
  }

  @Test
  void whatDoesNotPassLeavesOneVideoOut() {
    Breaking.left = 1;
    UnusableVideoException left =
        catchThrowableOfType(
            () -> copy(VIDEO, Patience.NONE).close(), UnusableVideoException.class);
    assertThat(left.reason()).isEqualTo(Reason.READ_ERROR);
    assertThat(left).hasMessageContaining("a.mp4: the data node is gone; see the cause");
  }

  @Test
  void whatIsNotThereIsNotWaitedFor() {
    CatalogueEntry gone = new CatalogueEntry("b.mp4", List.of(), Split.TRAIN, null);
    UnusableVideoException left =
        catchThrowableOfType(
            () -> copy(gone, new Patience(1e6)).close(), UnusableVideoException.class);
    assertThat(left.reason()).isEqualTo(Reason.NOT_FOUND);
  }
}
