package io.multigrid.prep.decode;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process that decodes: a request a line on its standard input, a reply a line on its standard
 * output. It ends with its parent, whose end closes that input, even in the middle of a video.
 */
public final class DecodingMain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DecodingMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream replies = System.out;
    System.setOut(System.err);
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    Path folder = Path.of(arguments[0]);
    Thread reader = new Thread(() -> read(requests, folder), "requests");
    reader.setDaemon(true);
    reader.start();
    while (true) {
      Decoding.Request request = JSON.readValue(requests.take(), Decoding.Request.class);
      replies.println(JSON.writeValueAsString(reply(request)));
      replies.flush();
    }
  }

  private static void read(BlockingQueue<String> requests, Path folder) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        requests.add(line);
      }
    } catch (IOException e) {
      // The parent is gone, as if the input had ended.
    }
    Scratch.delete(folder);
    Runtime.getRuntime().halt(0);
  }

  public static Decoding.Reply reply(Decoding.Request request) {
    List<GridFrames> grids = new ArrayList<>();
    Decoding.Reply reply;
    try {
      reply = decode(request, grids);
    } catch (UnusableVideoException e) {
      reply = new Decoding.Reply(null, e.reason(), e.getMessage());
    } catch (IOException e) {
      reply = new Decoding.Reply(null, Reason.LOCAL_DISK, noRoom(request.folder(), e));
    } catch (RuntimeException e) {
      reply = new Decoding.Reply(null, Reason.NO_FRAMES, "the decoder failed: " + e);
    }
    for (GridFrames grid : grids) {
      try {
        grid.close();
      } catch (IOException e) {
        // What mattered was said when the file was finished.
      }
    }
    if (reply.found() == null) {
      delete(request);
    }
    return reply;
  }

  private static Decoding.Reply decode(Decoding.Request request, List<GridFrames> grids)
      throws UnusableVideoException, IOException {
    FrameCodec codec = FrameCodec.byName(request.codec());
    for (int g = 0; g < request.grids().size(); g++) {
      Decoding.Grid grid = request.grids().get(g);
      grids.add(
          new GridFrames(
              new StoredGrid(grid.shortSide(), grid.fps()),
              codec,
              request.quality(),
              spool(request, g)));
    }
    double end = request.end() > 0 ? request.end() : Double.POSITIVE_INFINITY;
    try (VideoDecoder decoder =
        new VideoDecoder(grids, request.start(), end, request.limitSeconds())) {
      return new Decoding.Reply(decoder.decode(Path.of(request.file())), null, null);
    }
  }

  private static Path spool(Decoding.Request request, int grid) {
    return Path.of(request.folder(), String.valueOf(grid));
  }

  static String noRoom(String folder, IOException e) {
    return "Cannot write to %s: %s; free space there, or set java.io.tmpdir to another disk, then run again"
        .formatted(folder, e.getMessage());
  }

  /** Frames that nobody will ask for take room that others need. */
  private static void delete(Decoding.Request request) {
    for (int g = 0; g < request.grids().size(); g++) {
      try {
        Files.deleteIfExists(spool(request, g));
      } catch (IOException e) {
        // The next video's frames replace them.
      }
    }
  }
}
