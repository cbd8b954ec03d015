package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.StoppedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may train into a folder. */
class OwnershipTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Ownership.Rhythm FAST =
      new Ownership.Rhythm(Duration.ofMillis(20), Duration.ofSeconds(1));
  private static final Ownership.Rhythm NEVER =
      new Ownership.Rhythm(Duration.ofDays(1), Duration.ofSeconds(60));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  private Ownership take(Ownership.Rhythm rhythm) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    return Ownership.take(
        files, new org.apache.hadoop.fs.Path(folder.toString()), rhythm, said::add);
  }

  private Path mark() {
    return folder.resolve("owner.json");
  }

  private Owner owner() throws IOException {
    return JSON.readValue(mark().toFile(), Owner.class);
  }

  /** Where a file is replaced in two steps, there is none for a moment. */
  private long beats() throws IOException {
    try {
      return owner().beats();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  private void leave(Owner owner) throws IOException {
    JSON.writeValue(mark().toFile(), owner);
  }

  private static Owner elsewhere() {
    Owner here = Owner.here();
    return new Owner("far", "another", 17, here.started(), "then", "token", 0);
  }

  @Test
  void oneAtATimeAndTheNextWhenItIsOver() throws IOException {
    try (Ownership one = take(NEVER)) {
      assertThatThrownBy(() -> take(NEVER))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(folder + ": --out: belongs to a training that runs: process ")
          .hasMessageContaining(
              ProcessHandle.current().pid()
                  + " on "
                  + owner().host()
                  + ", since "
                  + owner().since())
          .hasMessageEndingWith("; wait for its end, stop it, or give another folder");
      one.check();
    }
    assertThat(mark()).doesNotExist();
    take(NEVER).close();
    assertThat(said).isEmpty();
  }

  /** The first sweeps the folder while the second is writing its mark. */
  @Test
  void ofTwoThatComeTogetherTheSecondIsToldWhoTheFirstIs() throws IOException {
    List<Ownership> first = new ArrayList<>();
    FileSystem files =
        new RawLocalFileSystem() {
          @Override
          public FSDataOutputStream create(
              org.apache.hadoop.fs.Path path,
              boolean overwrite,
              int buffer,
              short replication,
              long block,
              Progressable progress)
              throws IOException {
            FSDataOutputStream out =
                super.create(path, overwrite, buffer, replication, block, progress);
            if (first.isEmpty()) {
              first.add(take(NEVER));
              Storage.sweep(this, path.getParent());
            }
            return out;
          }
        };
    files.initialize(folder.toUri(), new Configuration());
    assertThatThrownBy(
            () ->
                Ownership.take(
                    files, new org.apache.hadoop.fs.Path(folder.toString()), NEVER, said::add))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("belongs to a training that runs: " + owner().text());
    first.get(0).check();
    first.get(0).close();
    assertThat(mark()).doesNotExist();
    assertThat(said).isEmpty();
  }

  @Test
  void aProcessOfThisMachineThatIsGoneLeavesTheFolderAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Owner here = Owner.here();
    leave(new Owner("me", here.machine(), ended.pid(), "long ago", "then", "token", 4));
    try (Ownership next = take(NEVER)) {
      next.check();
      assertThat(owner().token()).isNotEqualTo("token");
      assertThat(said)
          .singleElement()
          .asString()
          .endsWith(
              " belonged to a training that is gone: process %d on me, since then"
                  .formatted(ended.pid()));
    }
  }

  /** Its number may have gone to another process since. */
  @Test
  void aProcessThatStartedAtAnotherTimeIsAnotherOne() throws IOException {
    Owner here = Owner.here();
    leave(new Owner("me", here.machine(), here.pid(), "long ago", "then", "token", 4));
    take(NEVER).close();
    assertThat(said).hasSize(1);
  }

  @Test
  void anOwnerElsewhereThatIsSilentIsGone() throws IOException {
    leave(elsewhere());
    take(FAST).close();
    assertThat(said.get(0))
        .endsWith(
            " belongs to process 17 on far, since then; waiting up to 1 seconds for a sign of life"
                + " of it");
    assertThat(said.get(1))
        .endsWith(" belonged to a training that is gone: process 17 on far, since then");
  }

  @Test
  void anOwnerElsewhereThatGivesASignOfLifeIsNot() throws Exception {
    leave(elsewhere());
    Thread heart =
        new Thread(
            () -> {
              try {
                Owner owner = elsewhere();
                while (true) {
                  owner = owner.beat();
                  Path next = folder.resolve("next");
                  JSON.writeValue(next.toFile(), owner);
                  Files.move(next, mark(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                  Thread.sleep(10);
                }
              } catch (IOException | InterruptedException e) {
                // the test is over
              }
            });
    heart.setDaemon(true);
    heart.start();
    try {
      assertThatThrownBy(() -> take(new Ownership.Rhythm(Duration.ofMillis(80), PATIENCE)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("process 17 on far");
    } finally {
      heart.interrupt();
      heart.join();
    }
  }

  @Test
  void whoWasTakenToBeGoneStopsWhenItSeesItsSuccessor() throws Exception {
    Ownership suspended = take(FAST);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      leave(elsewhere());
      try {
        suspended.check();
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(5);
      } catch (StoppedException e) {
        assertThat(e)
            .hasMessageContaining(
                " has been taken over by process 17 on far, since then, as this training gave no"
                    + " sign of life");
        break;
      }
    }
    suspended.close();
    assertThat(owner().token()).as("the successor's mark stays").isEqualTo("token");
  }

  @Test
  void anOwnerGivesSignsOfLife() throws Exception {
    try (Ownership living = take(FAST)) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (beats() < 3) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(5);
      }
      living.check();
    }
  }
}
