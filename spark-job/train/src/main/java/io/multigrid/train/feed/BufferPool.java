package io.multigrid.train.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Direct buffers that are used again, so that native memory stays flat while shapes change. */
final class BufferPool {
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private int largest;

  synchronized ByteBuffer take(int bytes) {
    largest = Math.max(largest, bytes);
    ByteBuffer buffer;
    do {
      buffer = free.poll();
    } while (buffer != null && buffer.capacity() < bytes);
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(largest);
    }
    return buffer.clear().limit(bytes);
  }

  synchronized void give(ByteBuffer buffer) {
    free.add(buffer);
  }
}
