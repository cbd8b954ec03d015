package io.multigrid.schedules;

/**
 * Random numbers that are a function of where they are needed: draw d of (seed, epoch, iteration,
 * worker, clip). Two draws with different keys are independent for all practical purposes; none
 * depends on which were made before. The mixing is SplitMix64's finaliser, applied once a key part.
 */
public final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private final long key;

  private Draws(long key) {
    this.key = key;
  }

  public static Draws of(long seed, long epoch, long iteration, long worker, long clip) {
    long k = mix(seed + GOLDEN);
    k = mix(k ^ (epoch + 1) * GOLDEN);
    k = mix(k ^ (iteration + 2) * GOLDEN);
    k = mix(k ^ (worker + 3) * GOLDEN);
    return new Draws(mix(k ^ (clip + 4) * GOLDEN));
  }

  /** 64 random bits. */
  public long bits(int draw) {
    return mix(key + (draw + 1L) * GOLDEN);
  }

  /** Uniform in [0, 1). */
  public double uniform(int draw) {
    return (bits(draw) >>> 11) * 0x1p-53;
  }

  /** Uniform in 0 to bound - 1. */
  public int below(int draw, int bound) {
    return (int) Math.multiplyHigh(bits(draw) >>> 1, 2L * bound);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
