package io.multigrid.shard;

import java.io.IOException;

/** Reads stored frames of one grid. Not thread-safe. */
public interface ClipReader extends AutoCloseable {
  /**
   * Frames of a video, in the order asked for; a frame may be asked for several times.
   *
   * @param frames stored frame numbers, ascending, 0 to {@link StoredVideo#frames} - 1
   * @return pixels in an array that the next call uses again
   * @throws ShardException if a checksum does not hold
   */
  Frames read(Split split, int video, int[] frames) throws IOException;

  @Override
  void close() throws IOException;
}
