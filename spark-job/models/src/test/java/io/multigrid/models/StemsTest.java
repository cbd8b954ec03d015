package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stems in bfloat16, in a process whose allocator looks at the bytes around every block and aborts
 * where they were written to. Crops are those of the published schedules, of evaluation, and of the
 * short cycle.
 */
class StemsTest {
  private static final int STEMS = 11; // that differ: 4 of 1x7x7, 7 of 5x7x7
  private static final double ROUNDING = 0.01;
  private static final long SECONDS = 300;

  @TempDir Path folder;

  private record Ended(int code, String printed) {}

  @ParameterizedTest
  @ValueSource(ints = {79, 112, 158, 224, 256})
  void learnInBfloat16AsInFloat32AndKeepToTheirMemory(int crop) throws Exception {
    Ended ended = child(Integer.toString(crop));
    assertThat(ended.code()).as(ended.printed()).isZero();
    List<String> lines = ended.printed().lines().filter(l -> l.contains("x7x7 ")).toList();
    assertThat(lines).hasSize(2 * STEMS);
    for (String line : lines) {
      String[] columns = line.split(" ");
      double distance = Double.parseDouble(columns[3]);
      if (Boolean.parseBoolean(columns[2])) {
        assertThat(distance).as(line).isZero();
      } else {
        assertThat(distance).as(line).isBetween(Double.MIN_VALUE, ROUNDING);
      }
    }
    assertThat(lines.stream().map(line -> line.split(" ")[2])).contains("true", "false");
  }

  /** Or the test above would prove nothing. */
  @Test
  void whatIsWrittenBeyondABlockEndsTheProcess() throws Exception {
    Ended ended = child("overrun");
    Assumptions.assumeFalse(
        ended.printed().contains("cannot be preloaded"), "no allocator here that looks");
    assertThat(ended.code()).as(ended.printed()).isNotZero();
  }

  private Ended child(String argument) throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            classPath,
            StemsMain.class.getName(),
            argument);
    builder.environment().put("MALLOC_CHECK_", "3");
    // since glibc 2.34 the variable alone does nothing
    builder.environment().put("LD_PRELOAD", "libc_malloc_debug.so.0");
    Path printed = folder.resolve("printed");
    Process process = builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("within %d s", SECONDS).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(printed));
  }
}
