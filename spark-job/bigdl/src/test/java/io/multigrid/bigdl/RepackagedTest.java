package io.multigrid.bigdl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepackagedTest {
  private static final Path CLASSES = Path.of("target", "classes");

  @Test
  void holdsBigdlOrcaAndTheMklNatives() {
    assertThat(
            List.of(
                "com/intel/analytics/bigdl/dllib/optim/DistriOptimizer.class",
                "com/intel/analytics/bigdl/dllib/NNContext.class",
                "com/intel/analytics/bigdl/orca/inference/InferenceModel.class",
                "com/intel/analytics/bigdl/mkl/MKL.class",
                "org/apache/spark/storage/BlockManagerWrapper.class",
                "spark-bigdl.conf",
                "libjmkl.so",
                "libiomp5.so"))
        .allSatisfy(name -> assertThat(CLASSES.resolve(name)).isRegularFile());
  }

  @Test
  void holdsNoPackageOfOthers() throws IOException {
    try (var files = Files.walk(CLASSES)) {
      assertThat(files.filter(Files::isRegularFile).map(RepackagedTest::name))
          .filteredOn(name -> name.endsWith(".class"))
          .hasSizeGreaterThan(3000)
          .allMatch(name -> name.matches("(com/intel/analytics|org/apache/spark)/.*"));
    }
  }

  @Test
  void shadowsNothingOfSparks() throws IOException {
    try (var files = Files.walk(CLASSES)) {
      List<String> shared =
          files
              .filter(Files::isRegularFile)
              .map(RepackagedTest::name)
              .filter(name -> !name.startsWith("com/intel/"))
              .filter(name -> places(name).size() != 1)
              .toList();
      assertThat(shared).isEmpty();
    }
  }

  private static String name(Path file) {
    return CLASSES.relativize(file).toString().replace('\\', '/');
  }

  private static List<URL> places(String name) {
    try {
      return Collections.list(RepackagedTest.class.getClassLoader().getResources(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
