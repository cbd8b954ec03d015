package io.multigrid.shard;

/** Numbers of things, in words. */
public final class Amount {
  private Amount() {}

  /**
   * @param noun of one; its plural has an s
   */
  public static String of(long number, String noun) {
    return number + " " + (number == 1 ? noun : noun + "s");
  }
}
