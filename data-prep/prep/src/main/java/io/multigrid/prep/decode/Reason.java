package io.multigrid.prep.decode;

/** Why a video was left out. */
public enum Reason {
  NOT_FOUND,
  EMPTY_FILE,
  NOT_A_VIDEO,
  NO_VIDEO_STREAM,
  NO_DECODER,
  NO_FRAMES,
  TIMEOUT,
  CRASH,
  READ_ERROR,
  LOCAL_DISK
}
