package io.multigrid.schedules;

/**
 * The order of a run's clips: the videos of epoch 0 in one permutation, those of epoch 1 in
 * another, and so on, without end. Each permutation is a Feistel network over the next even number
 * of bits, walked until it falls inside the data set, so that any position is found in constant
 * time and memory.
 */
public final class ClipOrder {
  private static final int ROUNDS = 6;
  private final long seed;
  private final long size;
  private final int halfBits;

  public ClipOrder(long seed, long datasetSize) {
    if (datasetSize < 1) {
      throw new IllegalArgumentException("a data set of " + datasetSize + " videos has no order");
    }
    this.seed = seed;
    this.size = datasetSize;
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(datasetSize - 1, 1));
    this.halfBits = (bits + 1) / 2;
  }

  /** The video at a position of the stream of clips. */
  public long video(long position) {
    long epoch = position / size;
    long value = position % size;
    do {
      value = encrypt(epoch, value);
    } while (value >= size);
    return value;
  }

  private long encrypt(long epoch, long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (Draws.of(seed, epoch, -1, round, right).bits(0) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
