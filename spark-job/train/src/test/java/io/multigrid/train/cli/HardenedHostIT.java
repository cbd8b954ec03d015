package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on hosts as security people make them; only root can make one. */
class HardenedHostIT {
  @TempDir Path folder;

  @BeforeEach
  void prepare() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String data = folder.resolve("data").toString();
    TinyData.write(data, new Configuration(), TinyData.settings(), 16);
  }

  /**
   * @param host a shell command that ends by {@code "$@"}, the command to run on that host
   * @param root where {@link #folder} is there
   */
  private void trains(String host, String root) throws IOException, InterruptedException {
    int possible = start(host, List.of("test", "-r", launcher())).waitFor();
    assumeTrue(possible == 0, "needs root, namespaces and a project that everybody can read");
    List<String> command = new ArrayList<>(List.of(launcher(), "train"));
    command.addAll(List.of("--data", root + "/data", "--out", root + "/run"));
    command.addAll(List.of("--set", "solver.epochs=6"));
    TinyData.sets().forEach(set -> command.addAll(List.of("--set", set)));
    Process process = start(host, command);
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(folder.resolve("said"));
    assertThat(process.exitValue()).as(said).isEqualTo(Exit.DONE);
    assertThat(said).contains("results in").doesNotContain("\tat ");
  }

  private static String launcher() {
    return Launched.home().resolve("bin/multigrid").toString();
  }

  private Process start(String host, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of("bash", "-c", host, "host"));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("said").toFile());
    builder
        .environment()
        .keySet()
        .removeAll(List.of("SPARK_HOME", "SPARK_LOCAL_IP", "TMPDIR", "JAVA_TOOL_OPTIONS"));
    builder.environment().put("MULTIGRID_HEAP", "1g");
    return builder.start();
  }

  @Test
  void whoseNameDoesNotResolve() throws Exception {
    trains(
        "exec unshare -u bash -c 'hostname nohost123 && exec \"$@\"' host \"$@\"",
        folder.toString());
  }

  @Test
  void whoseUserHasNeitherANameNorAHome() throws Exception {
    trains(
        "exec setpriv --reuid 123456 --regid 0 --clear-groups env -u HOME MULTIGRID_TMP="
            + folder.resolve("big")
            + " \"$@\"",
        folder.toString());
  }

  /** 50 MB would not hold the native libraries either. */
  @Test
  void whoseTemporaryFolderTakesNoPrograms() throws Exception {
    Path kept = Files.createDirectory(folder.resolve("big"));
    trains(
        "exec unshare -m bash -c 'mount --bind %s /mnt && mount -t tmpfs -o noexec,size=50m tmpfs /tmp && exec env -u HOME MULTIGRID_TMP=/mnt/big \"$@\"' host \"$@\""
            .formatted(kept.getParent()),
        "/mnt");
  }

  /** Nothing can be written but below one folder, which the setting names. */
  @Test
  void whereNothingCanBeWrittenButOneFolder() throws Exception {
    trains(
        "exec unshare -m bash -c 'mount --bind %s /mnt && mount -o remount,bind,ro / && ! touch /tmp/x 2>&- && cd / && MULTIGRID_TMP=/mnt/big exec \"$@\"' host \"$@\""
            .formatted(folder),
        "/mnt");
  }
}
