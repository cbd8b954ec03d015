package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code bin/multigrid} as a person starts it: a process of its own, on what the build collected.
 *
 * @param out what it printed on stdout
 * @param err what it printed on stderr
 */
record Launched(int code, String out, String err) {
  private static final long PATIENCE_MINUTES = 8;

  static Launched run(Path folder, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    List<String> command = new ArrayList<>(List.of(home().resolve("bin/multigrid").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("MULTIGRID_HEAP", "1g");
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      assertThat(ended).as("%s: ended; stderr: %s", command, Files.readString(err)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Launched(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Fails with what it printed unless it ended well. */
  Launched succeeded() {
    assertThat(code).as("exit code; stderr: %s", err).isEqualTo(Exit.DONE);
    return this;
  }

  /** The root of the project. */
  static Path home() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("bin/multigrid"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
