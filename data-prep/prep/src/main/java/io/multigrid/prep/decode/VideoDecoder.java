package io.multigrid.prep.decode;

import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.codec.Ffmpeg;
import io.multigrid.shard.VideoFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decodes a video once, on one thread, and gives every grid its frames: at the grid's constant rate
 * from the first time stamp on, the nearest decoded frame for each; upright; its shorter side as
 * long as the grid says, the longer one in proportion, rounded.
 */
final class VideoDecoder implements AutoCloseable {
  private final List<GridFrames> grids;
  private final double start;
  private final double end;
  private final Deadline deadline;
  private final VideoStream stream;
  private final AVFrame frame = av_frame_alloc();
  private final AVFrame previous = av_frame_alloc();
  private FrameClock clock;
  private int quarterTurns;
  private long decoded;
  private double origin;
  private double previousTime;
  private double nominalRate;
  private boolean pastEnd;

  /**
   * @param start seconds from the first frame
   * @param end seconds, or infinity
   */
  VideoDecoder(List<GridFrames> grids, double start, double end, double limitSeconds) {
    Ffmpeg.load();
    this.grids = grids;
    this.start = start;
    this.end = end;
    this.deadline = new Deadline(limitSeconds);
    this.stream = new VideoStream(deadline);
  }

  Decoding.Found decode(Path file) throws UnusableVideoException, IOException {
    Ffmpeg.clearLog();
    stream.open(file);
    quarterTurns = stream.quarterTurns();
    nominalRate = stream.rate();
    clock = new FrameClock(1 / nominalRate);
    if (start > 0) {
      stream.seek(start);
    }
    while (!pastEnd && stream.read(frame)) {
      take();
    }
    deadline.check();
    if (decoded == 0) {
      throw new UnusableVideoException(
          Reason.NO_FRAMES, "no frame could be decoded" + because(Ffmpeg.log()));
    }
    double last = Math.min(previousTime + 1 / nominalRate, origin + (end - start));
    emitUntil(last);
    return found(last - origin);
  }

  private Decoding.Found found(double duration) throws UnusableVideoException, IOException {
    List<Decoding.Stored> stored = new ArrayList<>();
    for (GridFrames grid : grids) {
      if (grid.count() == 0) {
        throw new UnusableVideoException(
            Reason.NO_FRAMES,
            String.format(
                Locale.ROOT,
                "no frame between %.3f and %.3f s; the video has none after %.3f s",
                start,
                end,
                start + duration));
      }
      stored.add(grid.finish());
    }
    boolean turned = quarterTurns % 2 == 1;
    VideoFacts facts =
        new VideoFacts(
            stream.codecName(),
            pixelFormat(previous.format()),
            turned ? previous.height() : previous.width(),
            turned ? previous.width() : previous.height(),
            nominalRate,
            decoded,
            notes());
    return new Decoding.Found(facts, duration, stored);
  }

  private String notes() {
    return Stream.of(clock.note(), Ffmpeg.log())
        .filter(note -> !note.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String pixelFormat(int format) {
    var name = av_get_pix_fmt_name(format);
    return name == null ? "" : name.getString();
  }

  /** Emits what the frame before is nearest to, then keeps this one. */
  private void take() throws UnusableVideoException, IOException {
    deadline.check();
    if (frame.width() < 1 || frame.height() < 1) {
      av_frame_unref(frame);
      return;
    }
    double time = clock.next(stream.time(frame));
    if (decoded == 0) {
      origin = start > 0 ? beginning() + start : time;
    } else {
      emitUntil(Math.min((previousTime + time) / 2, origin + (end - start)));
      pastEnd = time >= origin + (end - start);
    }
    if (!pastEnd) {
      decoded++;
      previousTime = time;
      av_frame_unref(previous);
      av_frame_move_ref(previous, frame);
    }
    av_frame_unref(frame);
  }

  private double beginning() {
    double beginning = stream.beginning();
    return Double.isNaN(beginning) ? 0 : beginning;
  }

  /** Gives each grid the frame before for every tick before a time. */
  private void emitUntil(double time) throws UnusableVideoException, IOException {
    for (GridFrames grid : grids) {
      boolean first = true;
      // A tick that falls on the boundary belongs to the next frame.
      while (grid.count() / grid.fps() < time - origin - 1e-6) {
        deadline.check();
        if (first) {
          grid.append(previous, quarterTurns);
          first = false;
        } else {
          grid.repeat(previous, quarterTurns);
        }
      }
    }
  }

  @Override
  public void close() {
    av_frame_free(previous);
    av_frame_free(frame);
    stream.close();
  }

  /** What FFmpeg said, if it said anything. */
  static String because(String log) {
    return log.isEmpty() ? "" : "; " + log;
  }
}
