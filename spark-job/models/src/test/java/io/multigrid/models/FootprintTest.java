package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.multigrid.networks.Footprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Memory as predicted and as measured, in a process whose allocator gives back at once what is
 * freed: by default glibc keeps it, and how much depends on what went before.
 */
class FootprintTest {
  private static final String AT_ONCE = "262144"; // bytes from which on blocks are given back

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name=slowfast;width=16 | 2x16x112",
        "name=slowfast;width=16 | 4x8x112",
        "name=slowfast;width=16 | 1x32x158",
        "name=slowfast;width=16;keep=stages | 4x16x112",
        "name=slowfast;width=16;precision=bfloat16;layout=channels-last | 4x16x112",
        "name=i3d;width=16;nonlocal.blocks=[[3,1]] | 2x16x112",
        "name=slow;width=16 | 2x8x158",
        "name=c2d;width=16;depth=18;block=basic | 4x8x112"
      })
  void isWithin15PercentOfWhatIsMeasured(String settings, String shape) throws Exception {
    String sets = settings + ";classes=4;dropout=0";
    int[] s = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    long predicted = new Footprint(NetworkTest.model(sets.split(";")), s[0]).step(s[1], s[2]);
    assertThat(predicted >> 10)
        .as("KiB of %s, %s", settings, shape)
        .isCloseTo(measured("step", sets, shape), withinPercentage(15));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name=slowfast;width=16 | 4x16x112",
        "name=slowfast;width=16;precision=bfloat16;layout=channels-last | 4x16x112",
        "name=i3d;width=16;nonlocal.blocks=[[3,1]] | 4x16x112",
        "name=slow;width=16 | 2x8x158"
      })
  void aPassForwardsTakesWhatIsPredicted(String settings, String shape) throws Exception {
    String sets = settings + ";classes=4;dropout=0";
    int[] s = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    long predicted = new Footprint(NetworkTest.model(sets.split(";")), s[0]).forward(s[1], s[2]);
    assertThat(predicted >> 10)
        .as("KiB of %s, %s", settings, shape)
        .isCloseTo(measured("forward", sets, shape), withinPercentage(15));
  }

  private static long measured(String work, String settings, String shape) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            classPath,
            PeakMain.class.getName(),
            work,
            settings,
            shape);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", AT_ONCE);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Long.parseLong(printed.strip());
  }
}
