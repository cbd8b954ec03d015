package io.multigrid.shard.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** What is asked of every file system that data sets, checkpoints and metrics are stored on. */
public abstract class StorageContract {
  private static final int BYTES = 50_000;

  protected abstract FileSystem files() throws Exception;

  /** A folder that no other test uses. */
  protected abstract Path folder() throws Exception;

  /** How often a file is replaced under the eyes of a reader. */
  protected abstract int replacements();

  private static byte[] filled(int value) {
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private List<String> names(Path folder) throws Exception {
    return Storage.list(files(), folder).stream()
        .map(FileStatus::getPath)
        .map(Path::getName)
        .toList();
  }

  @Test
  void aReaderFindsTheOldFileOrTheNewOneAtEveryMoment() throws Exception {
    FileSystem files = files();
    Path file = new Path(folder(), "replaced");
    Storage.write(files, file, filled(0));
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<?> writing =
        writer.submit(
            () -> {
              for (int i = 1; i <= replacements(); i++) {
                Storage.write(files, file, filled(i));
              }
              return null;
            });
    try {
      while (!writing.isDone()) {
        byte[] found = Storage.read(files, file);
        assertThat(found).hasSize(BYTES);
        assertThat(found).containsOnly(found[0]);
      }
      writing.get();
    } finally {
      writer.shutdownNow();
    }
    assertThat(Storage.read(files, file)).isEqualTo(filled(replacements()));
    assertThat(names(file.getParent())).containsExactly("replaced");
  }

  @Test
  void whatCannotBeFinishedLeavesTheOldFileAndNothingElse() throws Exception {
    FileSystem files = files();
    Path file = new Path(folder(), "kept");
    Storage.write(files, file, "old");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () ->
                Storage.write(
                    files,
                    file,
                    out -> {
                      out.write(filled(7));
                      throw new IOException("the power is gone");
                    }))
        .withMessageContaining("Cannot write " + file + ": the power is gone");
    assertThat(Storage.text(files, file)).isEqualTo("old");
    assertThat(names(file.getParent())).containsExactly("kept");
  }

  @Test
  void aContentMayCloseItsStream() throws Exception {
    Path file = new Path(folder(), "closed");
    Storage.write(
        files(),
        file,
        out -> {
          try (out) {
            out.write(filled(3));
          }
        });
    assertThat(Storage.read(files(), file)).isEqualTo(filled(3));
  }

  @Test
  void ofManyThatWantANameOneGetsIt() throws Exception {
    FileSystem files = files();
    Path file = new Path(folder(), "claimed");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Boolean>> claims = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] content = filled(i);
      claims.add(() -> Storage.writeNew(files, file, content));
    }
    List<Integer> winners = new ArrayList<>();
    try {
      List<Future<Boolean>> results = threads.invokeAll(claims);
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).get()) {
          winners.add(i);
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(winners).hasSize(1);
    assertThat(Storage.read(files, file)).isEqualTo(filled(winners.get(0)));
    assertThat(Storage.writeNew(files, file, filled(9))).isFalse();
    assertThat(names(file.getParent())).containsExactly("claimed");
  }

  @Test
  void aFileGrowsAndReadersSeeWhatWasFlushed() throws Exception {
    FileSystem files = files();
    Path file = new Path(folder(), "grown");
    Storage.write(files, file, "a\n");
    try (StorageOutput out = Storage.append(files, file)) {
      out.write("b\n".getBytes());
      out.flush();
      assertThat(Storage.text(files, file)).isEqualTo("a\nb\n");
    }
    try (StorageOutput out = Storage.append(files, file)) {
      out.write("c\n".getBytes());
    }
    assertThat(Storage.text(files, file)).isEqualTo("a\nb\nc\n");
    assertThat(Storage.status(files, file).getLen()).isEqualTo(6);
  }

  @Test
  void whatIsNotThereIsMissingAndNothingElse() throws Exception {
    FileSystem files = files();
    Path none = new Path(folder(), "none/file");
    assertThat(Storage.exists(files, none)).isFalse();
    assertThat(Storage.list(files, none)).isEmpty();
    Storage.delete(files, none);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Storage.read(files, none))
        .withMessageStartingWith("Cannot read " + none)
        .withMessageEndingWith("check the path")
        .matches(e -> e.failure() == Failure.MISSING);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Storage.append(files, none).close())
        .matches(e -> e.failure() == Failure.MISSING);
  }

  @Test
  void aFileThatEndsTooEarlyIsDamaged() throws Exception {
    Path file = new Path(folder(), "short");
    Storage.write(files(), file, filled(5));
    byte[] into = new byte[100];
    try (StorageInput in = Storage.open(files(), file)) {
      in.readFully(BYTES - 100, into, 100);
      assertThat(into).containsOnly(5);
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> in.readFully(BYTES - 99, into, 100))
          .withMessageStartingWith("Cannot read " + file)
          .matches(e -> e.failure() == Failure.DAMAGED);
    }
  }

  @Test
  void whatWasNeverFinishedIsSwept() throws Exception {
    FileSystem files = files();
    Path folder = folder();
    Storage.write(files, new Path(folder, "whole"), "x");
    Storage.create(files, Storage.temporary(new Path(folder, "half"))).close();
    Path halfFolder = Storage.temporary(new Path(folder, "folder"));
    Storage.create(files, new Path(halfFolder, "file")).close();
    assertThat(names(folder)).hasSize(3);
    Storage.sweep(files, folder);
    assertThat(names(folder)).containsExactly("whole");
  }

  @Test
  void aFolderTakesAFreeNameOnly() throws Exception {
    FileSystem files = files();
    Path from = new Path(folder(), "from");
    Path to = new Path(from.getParent(), "to");
    Storage.write(files, new Path(from, "file"), "x");
    Storage.rename(files, from, to);
    assertThat(Storage.text(files, new Path(to, "file"))).isEqualTo("x");
    assertThat(Storage.exists(files, from)).isFalse();
  }

  @Test
  void aFileIsReadFromItsBeginningToItsEnd() throws Exception {
    Path file = new Path(folder(), "read");
    Storage.write(files(), file, out -> out.write(1));
    try (InputStream in = Storage.open(files(), file)) {
      assertThat(in.read()).isEqualTo(1);
      assertThat(in.read()).isEqualTo(-1);
    }
  }
}
