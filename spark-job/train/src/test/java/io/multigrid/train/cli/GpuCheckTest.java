package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/gpu-check}, and what it leaves out of CUDA's libraries. */
class GpuCheckTest {
  private static final int AMPERE = 80;
  private static final int HOPPER = 90;
  private static final int BLACKWELL = 100;
  private static final int MACHINE_CODE = 2;
  private static final int HEADER = 64;
  private static final int CODE = 40;

  @TempDir Path folder;

  @Test
  void aBuildWithoutCudaIsSaid() throws Exception {
    assumeTrue(!hasCuda(), "this build is one for CUDA");
    String out = Files.createDirectory(folder.resolve("out")).toString();
    assertThat(run(Launched.home().resolve("bin/gpu-check").toString(), out))
        .matches(
            "(?s)1: multigrid: no libtorch for CUDA in .*; build first: mvn clean package -DskipTests -Pcuda\n");
  }

  /** The second container has no code for Hopper, which would take that of Ampere. */
  @Test
  void deviceCodeForOtherArchitecturesIsBlanked() throws Exception {
    assumeTrue(new ProcessBuilder("python3", "--version").start().waitFor() == 0);
    byte[] fatbin =
        joined(
            container(AMPERE, HOPPER, BLACKWELL),
            new byte[8],
            container(AMPERE),
            container(HOPPER));
    Path library = folder.resolve("libtorch_cuda.so");
    Files.write(library, elf(fatbin));
    String script = Launched.home().resolve("deploy/gpu-check/trim.py").toString();
    assertThat(run("python3", script, Integer.toString(HOPPER), library.toString()))
        .isEqualTo("0: " + library + ": 0 MiB of device code kept, 0 MiB blanked\n");
    byte[] trimmed = Files.readAllBytes(library);
    byte[] expected = fatbin.clone();
    blank(expected, 16 + HEADER);
    blank(expected, 16 + 2 * (HEADER + CODE) + HEADER);
    assertThat(trimmed).isEqualTo(elf(expected));
    assertThat(run("python3", script, "75", library.toString()))
        .isEqualTo("1: " + library + ": has no device code for 75, but for [80, 90, 100]\n");
  }

  private static void blank(byte[] bytes, int code) {
    Arrays.fill(bytes, code, code + CODE, (byte) 0);
  }

  private static byte[] container(int... architectures) {
    int length = architectures.length * (HEADER + CODE);
    ByteBuffer bytes = little(16 + length);
    bytes.putInt(0xBA55ED50).putShort((short) 1).putShort((short) 16).putLong(length);
    for (int architecture : architectures) {
      int at = bytes.position();
      bytes.putShort((short) MACHINE_CODE).putShort((short) 1).putInt(HEADER).putLong(CODE);
      bytes.putInt(at + 28, architecture).position(at + HEADER);
      for (int i = 0; i < CODE; i++) {
        bytes.put((byte) architecture);
      }
    }
    return bytes.array();
  }

  /** A library of two sections: the device code, and the sections' names. */
  private static byte[] elf(byte[] fatbin) {
    byte[] names = "\0.nv_fatbin\0.names\0".getBytes(StandardCharsets.US_ASCII);
    int codeAt = 64;
    int namesAt = codeAt + fatbin.length;
    int tableAt = namesAt + names.length;
    ByteBuffer bytes = little(tableAt + 2 * 64);
    bytes.putLong(0x28, tableAt);
    bytes.putShort(0x3A, (short) 64).putShort(0x3C, (short) 2).putShort(0x3E, (short) 1);
    bytes.position(codeAt).put(fatbin).put(names);
    bytes.putInt(tableAt, 1).putLong(tableAt + 24, codeAt).putLong(tableAt + 32, fatbin.length);
    int second = tableAt + 64;
    bytes.putInt(second, 12).putLong(second + 24, namesAt).putLong(second + 32, names.length);
    return bytes.array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] joined(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }

  private static boolean hasCuda() {
    File[] jars = Launched.home().resolve("spark-job/train/target/lib").toFile().listFiles();
    return jars != null
        && Arrays.stream(jars).anyMatch(jar -> jar.getName().endsWith("-linux-x86_64-gpu.jar"));
  }

  /** Exit code and what was printed. */
  private String run(String... command) throws IOException, InterruptedException {
    Path printed = Files.createTempFile(folder, "printed", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + ": " + Files.readString(printed);
  }
}
