package io.multigrid.prep.decode;

import io.multigrid.codec.Ffmpeg;
import java.util.Set;

/**
 * Tells what a file's bytes say, which is lasting, from what kept FFmpeg from reading them:
 * permission, a disk, memory, too many open files. FFmpeg's own errors are tags of four letters;
 * those of the operating system are its small numbers (errno), negated.
 */
final class ReadFailure {
  private static final int GREATEST_ERRNO = 4095;

  /** EINVAL, EDOM, ERANGE, ENOSYS: what demultiplexers say of bytes, too. */
  private static final Set<Integer> OF_BYTES = Set.of(22, 33, 34, 38);

  private ReadFailure() {}

  /** Whether another try may end otherwise with the same bytes. */
  static boolean is(int code) {
    return code < 0 && code >= -GREATEST_ERRNO && !OF_BYTES.contains(-code);
  }

  /**
   * @param code what FFmpeg returned
   * @param ofBytes the reason, if it is the bytes that it cannot work with
   */
  static UnusableVideoException of(int code, Reason ofBytes) {
    return new UnusableVideoException(is(code) ? Reason.READ_ERROR : ofBytes, Ffmpeg.error(code));
  }

  /**
   * @param code of a file's input; 0 if all went well
   */
  static void check(int code) throws UnusableVideoException {
    if (is(code)) {
      throw of(code, Reason.READ_ERROR);
    }
  }
}
