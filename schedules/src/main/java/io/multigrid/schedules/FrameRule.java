package io.multigrid.schedules;

/** Which frames of a video a training clip takes, named after the data set it was published for. */
public enum FrameRule {
  /** Spread evenly over a span of stride x T frames whose start is drawn. */
  KINETICS,
  /** One frame drawn from each of T equal parts of the whole video, whatever the stride. */
  SSV2,
  /** At the stride from a drawn start; videos that are too short repeat an end. */
  CHARADES
}
