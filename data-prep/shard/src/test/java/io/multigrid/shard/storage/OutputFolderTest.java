package io.multigrid.shard.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  @TempDir java.nio.file.Path folder;

  private Path at(String name) {
    return new Path(folder.resolve(name).toString());
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    Files.createFile(folder.resolve("file"));
    for (String name : new String[] {"file", "file/below/it"}) {
      assertThatThrownBy(() -> OutputFolder.check(files, at(name), "--out"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "command line: --out = %s: a folder is wanted, and %s is a file; give another folder, or move the file away"
                  .formatted(at(name), at("file")));
    }
    assertThatCode(() -> OutputFolder.check(files, at("new/run"), "--out"))
        .doesNotThrowAnyException();
  }

  @Test
  void whoMayNotWriteIsTold() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    assertThatThrownBy(() -> OutputFolder.check(at("ro/x"), "--out", files, any -> false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("may not write into the folder " + new Path(folder.toString()))
        .hasMessageContaining(
            "; grant that right (chmod, chown; hdfs dfs -chmod), or give another");
  }
}
