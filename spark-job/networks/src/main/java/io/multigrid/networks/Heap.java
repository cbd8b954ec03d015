package io.multigrid.networks;

/** Memory that is taken and freed, and the most that was in use at once. Bytes. */
final class Heap {
  private long live;
  private long peak;

  /** Memory that is freed when nobody holds it any more. */
  static final class Block {
    private final long bytes;
    private int holders;

    private Block(long bytes) {
      this.bytes = bytes;
    }

    boolean shared() {
      return holders > 1;
    }
  }

  /**
   * @param live bytes that are held all the time
   */
  Heap(long live) {
    this.live = live;
  }

  long peak() {
    return peak;
  }

  /** A block of what is counted as held all the time already. */
  Block given() {
    return hold(new Block(0));
  }

  /** A new block, held once. */
  Block take(long bytes) {
    Block block = new Block(bytes);
    live += bytes;
    work(0);
    return hold(block);
  }

  Block hold(Block block) {
    block.holders++;
    return block;
  }

  void release(Block block) {
    block.holders--;
    if (block.holders == 0) {
      live -= block.bytes;
    }
  }

  /** Bytes that are held from now on; whatever is taken next finds them there. */
  void keep(long bytes) {
    live += bytes;
  }

  /** Bytes that are needed for a moment. */
  void work(long bytes) {
    peak = Math.max(peak, live + bytes);
  }
}
