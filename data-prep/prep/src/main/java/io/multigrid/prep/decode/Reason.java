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
  LOCAL_DISK;

  /** Does the verdict hold as long as the file is the same? Otherwise every run tries again. */
  public boolean lasting() {
    return this != NOT_FOUND && this != READ_ERROR && this != LOCAL_DISK;
  }
}
