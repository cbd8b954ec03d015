package io.multigrid.train.checkpoint;

/**
 * Which numbers iterations have: a run that goes on by another plan has other ones from there on.
 *
 * @param times that they were numbered anew
 * @param before iterations that were done when that last happened, by the numbers before
 */
public record Numbering(int times, long before) {
  public static final Numbering FIRST = new Numbering(0, 0);

  Numbering next(long done) {
    return new Numbering(times + 1, done);
  }
}
