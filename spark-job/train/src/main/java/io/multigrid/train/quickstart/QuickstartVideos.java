package io.multigrid.train.quickstart;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.schedules.Draws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The quickstart's videos: H.264 in MP4, in class folders below {@code train} and {@code
 * validation}. Every video is a function of seed, split, class and number.
 */
public final class QuickstartVideos {
  private QuickstartVideos() {}

  /**
   * Renders what is not there yet; a file is complete once it has its name.
   *
   * @param train videos a class for training
   * @param validation videos a class for validation
   */
  public static int write(Path folder, int train, int validation, long seed, int threads)
      throws IOException {
    List<Future<?>> tasks = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Motion motion : Motion.values()) {
        for (int i = 0; i < train + validation; i++) {
          int family = i < train ? 0 : 1;
          int number = i < train ? i : i - train;
          Path file =
              folder
                  .resolve(family == 0 ? "train" : "validation")
                  .resolve(motion.folder())
                  .resolve(String.format(Locale.ROOT, "%s-%04d.mp4", motion.folder(), number));
          Draws draws = Draws.of(seed, family, motion.ordinal(), number, 0);
          tasks.add(
              pool.submit(
                  () -> {
                    write(new Scene(draws, motion, family), file);
                    return null;
                  }));
        }
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while rendering videos into " + folder, e);
    } catch (ExecutionException e) {
      throw new IOException(
          "Cannot render videos into " + folder + ": " + e.getCause().getMessage(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return tasks.size();
  }

  private static void write(Scene scene, Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".writing");
    Scene.Format format = scene.format();
    byte[] rgb = new byte[format.width() * format.height() * 3];
    try (VideoEncoder encoder =
        new VideoEncoder(unfinished, format.width(), format.height(), format.fps())) {
      for (int i = 0; i < format.frames(); i++) {
        scene.render(i, rgb);
        encoder.frame(rgb);
      }
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
