package io.multigrid.prep;

/** Takes the frames of a video, grid by grid, in order. */
interface FrameSink {
  /**
   * @param grid index of the grid
   * @param rgb height x width x 3 bytes; used again by the caller
   */
  void frame(int grid, int width, int height, byte[] rgb);
}
