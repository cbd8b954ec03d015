package io.multigrid.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageContract;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.shard.storage.StorageInput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage layer on a real name node and real data nodes. */
class HdfsStorageIT extends StorageContract {
  @TempDir static java.nio.file.Path local;
  private static HdfsCluster hdfs;

  @BeforeAll
  static void start() throws Exception {
    hdfs = HdfsCluster.start(local.resolve("hdfs"));
  }

  @AfterAll
  static void stop() throws Exception {
    hdfs.close();
  }

  @Override
  protected FileSystem files() throws Exception {
    Configuration hadoop = new Configuration();
    hadoop.setInt("dfs.replication", 1);
    hadoop.setInt("dfs.client.retry.window.base", 1);
    return FileSystem.get(java.net.URI.create(hdfs.uri()), hadoop);
  }

  @Override
  protected Path folder() throws Exception {
    return new Path(hdfs.folder("contract-" + UUID.randomUUID()));
  }

  @Override
  protected int replacements() {
    return 30;
  }

  /** Flips a byte of every stored copy. */
  private static void damage(byte[] mark) throws IOException {
    try (Stream<java.nio.file.Path> all = Files.walk(local.resolve("hdfs"))) {
      List<java.nio.file.Path> blocks =
          all.filter(p -> p.getFileName().toString().matches("blk_\\d+")).toList();
      for (java.nio.file.Path block : blocks) {
        byte[] bytes = Files.readAllBytes(block);
        if (bytes.length > mark.length
            && java.util.Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length)) {
          try (RandomAccessFile file = new RandomAccessFile(block.toFile(), "rw")) {
            file.seek(5000);
            file.write(~bytes[5000]);
          }
        }
      }
    }
  }

  /** A block of which no copy is whole is damaged; one whose nodes are away is not. */
  @Test
  void whatNoDataNodeHasWholeIsDamaged() throws Exception {
    Path file = new Path(folder(), "damaged");
    byte[] mark = UUID.randomUUID().toString().getBytes();
    Storage.write(
        files(),
        file,
        out -> {
          out.write(mark);
          out.write(new byte[100_000]);
        });
    damage(mark);
    try (StorageInput in = Storage.open(files(), file)) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> in.readFully(4900, new byte[200], 200))
          .withMessageStartingWith("Cannot read " + file)
          .matches(e -> e.failure() == Failure.DAMAGED);
    }
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Storage.read(files(), file))
        .matches(e -> e.failure() == Failure.DAMAGED);
  }

  @Test
  void whatNoDataNodeIsThereForIsTemporary() throws Exception {
    Path file = new Path(folder(), "away");
    Storage.write(files(), file, "x");
    hdfs.stopDataNode(1);
    hdfs.stopDataNode(0);
    try {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> Storage.read(files(), file))
          .matches(e -> e.failure() == Failure.TEMPORARY);
    } finally {
      hdfs.startDataNode();
      hdfs.startDataNode();
    }
    assertThat(Storage.text(files(), file)).isEqualTo("x");
  }
}
