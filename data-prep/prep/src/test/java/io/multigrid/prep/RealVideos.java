package io.multigrid.prep;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The videos of {@code src/test/resources/videos}, whose README says where they are from. */
public final class RealVideos {
  private RealVideos() {}

  public static Path folder() {
    try {
      return Path.of(RealVideos.class.getResource("/videos").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In the order of their names. */
  public static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }
}
