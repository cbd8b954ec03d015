package io.multigrid.shard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Sorted names in little memory: in each block of {@link #BLOCK} names, a name is what it shares
 * with the one before it, as a length, and the rest of its UTF-8 bytes (front coding).
 */
final class PathColumn {
  private static final int BLOCK = 32;
  private static final int LENGTH_BITS = 7;

  private byte[][] blocks = new byte[16][];
  private byte[] open = new byte[1024];
  private int length;
  private byte[] last = {};
  private int size;
  private long bytes;

  void add(String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    int shared = size % BLOCK == 0 ? 0 : Math.max(0, Arrays.mismatch(last, name));
    if (size % BLOCK != 0 && Arrays.equals(last, name)) {
      shared = name.length;
    }
    number(shared);
    number(name.length - shared);
    reserve(name.length - shared);
    System.arraycopy(name, shared, open, length, name.length - shared);
    length += name.length - shared;
    last = name;
    size++;
    if (size % BLOCK == 0) {
      seal();
    }
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  private void number(int value) {
    reserve(5);
    int rest = value;
    for (; rest >= 1 << LENGTH_BITS; rest >>>= LENGTH_BITS) {
      open[length++] = (byte) (rest | 1 << LENGTH_BITS);
    }
    open[length++] = (byte) rest;
  }

  private void reserve(int more) {
    if (open.length - length < more) {
      open = Arrays.copyOf(open, 2 * (length + more));
    }
  }

  private void seal() {
    int block = (size - 1) / BLOCK;
    if (block == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * block);
    }
    blocks[block] = Arrays.copyOf(open, length);
    bytes += length;
    length = 0;
  }

  /** No more names come. */
  void complete() {
    if (size % BLOCK != 0) {
      seal();
    }
    blocks = Arrays.copyOf(blocks, (size + BLOCK - 1) / BLOCK);
    open = null;
    last = null;
  }

  String get(int index) {
    byte[] block = blocks[index / BLOCK];
    byte[] name = new byte[256];
    int at = 0;
    int end = 0;
    for (int i = 0; i <= index % BLOCK; i++) {
      int shared = 0;
      int rest = 0;
      for (int shift = 0; ; shift += LENGTH_BITS) {
        shared |= (block[at] & 127) << shift;
        if (block[at++] >= 0) {
          break;
        }
      }
      for (int shift = 0; ; shift += LENGTH_BITS) {
        rest |= (block[at] & 127) << shift;
        if (block[at++] >= 0) {
          break;
        }
      }
      end = shared + rest;
      if (end > name.length) {
        name = Arrays.copyOf(name, 2 * end);
      }
      System.arraycopy(block, at, name, shared, rest);
      at += rest;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }

  /** On the heap, headers of arrays included. */
  long heapBytes() {
    return bytes + 20L * blocks.length;
  }
}
