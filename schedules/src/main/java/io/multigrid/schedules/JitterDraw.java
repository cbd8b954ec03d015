package io.multigrid.schedules;

/** What is drawn evenly: the short side that a video is scaled to, or one divided by it. */
public enum JitterDraw {
  UNIFORM,
  INVERSE
}
