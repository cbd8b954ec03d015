package io.multigrid.prep;

/** Why a video was left out. */
public enum Reason {
  NOT_FOUND,
  EMPTY_FILE,
  NOT_A_VIDEO,
  NO_VIDEO_STREAM,
  NO_DECODER,
  NO_FRAMES,
  TIMEOUT,
  READ_ERROR
}
