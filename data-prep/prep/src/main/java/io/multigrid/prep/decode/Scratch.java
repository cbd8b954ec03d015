package io.multigrid.prep.decode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders on the local disk that are gone when the work is done. */
public final class Scratch {
  private Scratch() {}

  public static Path create() throws IOException {
    return Files.createTempDirectory("multigrid-prep-");
  }

  /** Deletes a folder and what is in it, as far as it can. */
  public static void delete(Path folder) {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return;
    }
    for (Path path : all) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // A file that stays in the system's folder for temporary files hurts nobody.
      }
    }
  }
}
