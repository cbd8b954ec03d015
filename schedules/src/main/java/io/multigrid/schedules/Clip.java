package io.multigrid.schedules;

import io.multigrid.config.Section;
import java.io.Serializable;
import java.util.List;

/**
 * The finest grid, and how clips are drawn on it: the settings {@code clip}.
 *
 * @param frames T
 * @param stride frames of the source, at {@code fps}, from one frame of the clip to the next
 * @param crop S, pixels
 * @param jitterMin least short side, pixels, that a video is scaled to before the crop
 * @param jitterMax greatest one
 */
public record Clip(
    int frames,
    int stride,
    int crop,
    int jitterMin,
    int jitterMax,
    double fps,
    JitterReading jitterReading,
    JitterDraw jitterDraw,
    FrameRule sampling,
    boolean flip)
    implements Serializable {

  static Clip read(Section clip) {
    int crop = clip.positive("crop");
    List<Integer> jitter = clip.integers("jitter", List.of(crop, crop));
    boolean ascend = jitter.size() == 2 && jitter.get(0) <= jitter.get(1);
    if (!ascend || clip.sound("crop", "jitter") && jitter.get(0) < crop) {
      clip.problem(
          "jitter",
          "must be two short sides in pixels, ascending, none below " + clip.named("crop", crop),
          "for example [" + Math.round(crop * 8 / 7.0) + ", " + Math.round(crop * 10 / 7.0) + "]");
      jitter = List.of(crop, crop);
    }
    double fps = clip.number("fps");
    if (!(fps > 0)) {
      clip.problem("fps", "must be above 0 frames a second", "30 is usual");
    }
    return new Clip(
        clip.positive("frames"),
        clip.positive("stride"),
        crop,
        jitter.get(0),
        jitter.get(1),
        fps,
        clip.choice("jitter-reading", JitterReading.BOTH),
        clip.choice("jitter-draw", JitterDraw.UNIFORM),
        clip.choice("sampling", FrameRule.KINETICS),
        clip.flag("flip"));
  }
}
