package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.prep.RealVideos;
import io.multigrid.schedules.StoredGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated files through the decoding processes: every one is decoded or left out with a reason, and
 * none hangs. {@code -Dfuzz.files} says how many are tried.
 */
class FuzzIT {
  private static final int FILES = Integer.getInteger("fuzz.files", 2000);
  private static final double LIMIT_SECONDS = 20;
  private static final int MOST_BYTES = 150_000;
  @TempDir Path folder;

  @Test
  void everyMutatedFileIsAccountedFor() throws Exception {
    List<byte[]> seeds = seeds();
    for (byte[] seed : seeds) {
      assertThat(decode(Files.write(folder.resolve("seed.mp4"), seed))).isEqualTo("DECODED");
    }
    Map<String, Integer> outcomes = new TreeMap<>();
    int accounted = 0;
    double slowest = 0;
    for (int n = 0; n < FILES; n++) {
      Random random = new Random(n);
      Path file = folder.resolve("mutated.mp4");
      Files.write(file, mutate(seeds, random));
      long start = System.nanoTime();
      String outcome = decode(file);
      slowest = Math.max(slowest, (System.nanoTime() - start) / 1e9);
      outcomes.merge(outcome, 1, Integer::sum);
      accounted++;
    }
    Decoders.closeIdle();
    System.out.printf(
        "%d files mutated from %d: %s; slowest %.1f s%n", FILES, seeds.size(), outcomes, slowest);
    assertThat(accounted).isEqualTo(FILES);
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(FILES);
    assertThat(slowest).isLessThan(LIMIT_SECONDS + 30);
    // Two of the six mutations, cutting and inserting, lose an MP4's index or make it wrong; of one
    // to three mutations, (2/3 + 4/9 + 8/27) / 3 = 47 % have neither, and the others mostly hit
    // pictures. Half of those at least must reach further than the front door.
    assertThat(outcomes.get("DECODED")).isGreaterThan(FILES / 4);
    assertThat(outcomes.keySet()).hasSizeGreaterThan(1);
  }

  private String decode(Path file) throws IOException, InterruptedException {
    DecodingProcess process = Decoders.borrow();
    Decoding.Request request =
        new Decoding.Request(
            file.toString(),
            0,
            0,
            List.of(Decoding.Grid.of(new StoredGrid(32, 5))),
            "mjpeg",
            80,
            LIMIT_SECONDS,
            process.folder().toString());
    try {
      Decoding.Reply reply = process.decode(request, LIMIT_SECONDS + 5);
      Decoders.giveBack(process);
      if (reply.found() == null) {
        assertThat(reply.reason()).as(String.valueOf(reply.detail())).isNotNull();
        assertThat(reply.detail()).isNotEmpty();
        return reply.reason().name();
      }
      int frames = reply.found().stored().get(0).frames();
      assertThat(frames).isPositive();
      assertThat(new SpooledFrames(process.folder().resolve("0"), frames).count())
          .isEqualTo(frames);
      return "DECODED";
    } catch (DecodingProcess.Lost e) {
      process.close();
      System.out.println(e.reason() + ": " + e.getMessage());
      return e.reason().name();
    }
  }

  private static byte[] mutate(List<byte[]> seeds, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int m = 1 + random.nextInt(3); m > 0; m--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> {
          for (int i = 0; i < 50; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
          }
        }
        case 2 -> Arrays.fill(bytes, at, at + length, (byte) 0);
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(64, at));
        case 4 -> {
          byte[] other = seeds.get(random.nextInt(seeds.size()));
          int take = Math.min(length, other.length);
          System.arraycopy(other, random.nextInt(other.length - take + 1), bytes, at, take);
        }
        default -> {
          byte[] longer = new byte[bytes.length + length];
          System.arraycopy(bytes, 0, longer, 0, at);
          System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  /**
   * Real videos of all kinds, in which pictures take far more room than the index does. (A rendered
   * one of a few kilobytes is mostly index.)
   */
  private static List<byte[]> seeds() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (Path file : RealVideos.all()) {
      if (Files.size(file) <= MOST_BYTES) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }
}
