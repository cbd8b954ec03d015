package io.multigrid.train.feed;

import io.multigrid.schedules.FrameRule;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which source frames a clip consists of, as the published trainings and evaluations choose them:
 * pure functions of frame counts and draws. Frame numbers start at 0 and never leave the video.
 */
public final class Sampling {
  /** A rule, named after the data set that it was published for. */
  public enum Rule {
    /** Views evenly spaced from the first to the last possible start; one is the middle. */
    EVEN,
    /**
     * Kinetics: view i of n starts at i / n of what the clip leaves, so the last is not the end.
     */
    KINETICS,
    /** Kinetics with offsets: whole frames from the first to the last start; one is the middle. */
    KINETICS_OFFSET,
    /** Something-Something: the middles of T equal parts of the whole video, one view. */
    SSV2,
    /** Charades: frames at the stride from evenly spaced whole starts; short videos repeat ends. */
    CHARADES
  }

  private Sampling() {}

  /** First and last position of a clip, in frames. */
  record Window(double start, double end) {}

  /**
   * @param clip frames that the clip spans
   */
  static Window window(Rule rule, double video, double clip, int view, int views) {
    double left = Math.max(video - clip, 0);
    double start =
        switch (rule) {
          case KINETICS -> left * view / views;
          case KINETICS_OFFSET ->
              views == 1 ? Math.floor(left / 2) : view * Math.floor(left / (views - 1));
          default -> views == 1 ? left / 2 : left * view / (views - 1);
        };
    return new Window(start, start + clip - 1);
  }

  /**
   * T positions spread evenly over a window and cut to whole frames, in float32 and from both ends
   * to the middle, as torch's linspace does.
   */
  static int[] spread(Window window, int frames, int count) {
    int[] chosen = new int[count];
    float first = (float) window.start();
    float last = (float) window.end();
    float step = count == 1 ? 0 : (last - first) / (count - 1);
    for (int i = 0; i < count; i++) {
      float position =
          i < count / 2 || count == 1 ? first + step * i : last - step * (count - i - 1);
      chosen[i] = (int) Math.max(0, Math.min(frames - 1f, position));
    }
    return chosen;
  }

  /** First and last frame, both included, of each of T equal parts; ends round half to even. */
  static int[][] parts(int frames, int count) {
    int[][] parts = new int[count][];
    double part = (frames - 1) / (double) count;
    for (int i = 0; i < count; i++) {
      parts[i] = new int[] {(int) Math.rint(part * i), (int) Math.rint(part * (i + 1))};
    }
    return parts;
  }

  /** The middles of T equal parts. */
  static int[] middles(int frames, int count) {
    return Arrays.stream(parts(frames, count)).mapToInt(p -> (p[0] + p[1]) / 2).toArray();
  }

  /** Frames at a stride from the start of a view. */
  static int[] strided(int frames, int count, int stride, int view, int views) {
    int left = Math.max(frames - span(count, stride), 0);
    int start = views == 1 ? left / 2 : (int) Math.rint(left / (double) (views - 1) * view);
    return from(start, frames, count, stride);
  }

  private static int span(int count, int stride) {
    return (count - 1) * stride + 1;
  }

  private static int[] from(int start, int frames, int count, int stride) {
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = Math.max(0, Math.min(frames - 1, start + i * stride));
    }
    return chosen;
  }

  /**
   * ClipSource frames of a training clip.
   *
   * @param frames of the video, at the rate that the stride refers to
   * @param uniform draws in [0, 1), by number
   */
  static int[] train(
      FrameRule rule, int frames, int count, int stride, IntToDoubleFunction uniform) {
    return switch (rule) {
      case KINETICS -> {
        double clip = (double) stride * count;
        double start = uniform.applyAsDouble(0) * Math.max(frames - clip, 0);
        yield spread(new Window(start, start + clip - 1), frames, count);
      }
      case SSV2 -> {
        int[][] parts = parts(frames, count);
        yield IntStream.range(0, count)
            .map(i -> between(parts[i][0], parts[i][1], uniform.applyAsDouble(i)))
            .toArray();
      }
      case CHARADES -> {
        int left = frames - span(count, stride);
        int start = between(Math.min(left, 0), Math.max(left, 0), uniform.applyAsDouble(0));
        yield from(start, frames, count, stride);
      }
    };
  }

  private static int between(int least, int most, double uniform) {
    return least + (int) (uniform * (most - least + 1));
  }

  /**
   * ClipSource frames of an evaluation view.
   *
   * @param frames of the video, at the rate that the stride refers to
   */
  static int[] view(Rule rule, int frames, int count, int stride, int view, int views) {
    return switch (rule) {
      case SSV2 -> middles(frames, count);
      case CHARADES -> strided(frames, count, stride, view, views);
      default -> spread(window(rule, frames, (double) stride * count, view, views), frames, count);
    };
  }
}
