package io.multigrid.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.FrameCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader that failed is closed by who noticed and by who made it. In a process of its own, which
 * glibc ends when memory is freed twice.
 */
class ClosedTwiceTest {
  @TempDir Path folder;

  @Test
  void closingTwiceFreesOnce() throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("crash.log"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Closing.class.getName());
    builder.environment().put("MALLOC_CHECK_", "3");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("closed twice");
  }

  /** What the process does. */
  static final class Closing {
    private Closing() {}

    public static void main(String[] arguments) {
      for (FrameCodec codec : new FrameCodec[] {new MjpegCodec(), new H264Codec.Four()}) {
        byte[] rgb = new byte[48 * 32 * 3];
        FrameCodec.Encoder encoder = codec.encoder(48, 32, 75);
        byte[] bytes = encoder.encode(rgb, 0);
        FrameCodec.Decoder decoder = codec.decoder();
        decoder.decode(bytes, 0, bytes.length, 48, 32, rgb, 0);
        for (int i = 0; i < 2; i++) {
          encoder.close();
          decoder.close();
        }
      }
      System.out.println("closed twice");
    }
  }
}
