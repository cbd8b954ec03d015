package io.multigrid.train.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** Lines of a file of any length: one is in memory at a time. */
final class Lines {
  private static final int BLOCK_BYTES = 1 << 16;

  /** Nobody wrote a longer one: it is what a failure left. */
  private static final int LONGEST = 1 << 20;

  private final OutputStream to;
  private final Predicate<String> keeps;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean tooLong;

  private Lines(OutputStream to, Predicate<String> keeps) {
    this.to = to;
    this.keeps = keeps;
  }

  /** Copies those that somebody wants, each with its end. */
  static void copy(InputStream from, OutputStream to, Predicate<String> keeps) throws IOException {
    Lines lines = new Lines(to, keeps);
    byte[] block = new byte[BLOCK_BYTES];
    for (int n = from.read(block); n >= 0; n = from.read(block)) {
      lines.add(block, n);
    }
    if (lines.line.size() > 0) {
      lines.end();
    }
  }

  private void add(byte[] block, int length) throws IOException {
    int start = 0;
    for (int at = 0; at < length; at++) {
      if (block[at] == '\n') {
        part(block, start, at);
        end();
        start = at + 1;
      }
    }
    part(block, start, length);
  }

  private void part(byte[] block, int start, int end) {
    tooLong |= line.size() + end - start > LONGEST;
    if (!tooLong) {
      line.write(block, start, end - start);
    }
  }

  private void end() throws IOException {
    if (!tooLong && keeps.test(line.toString(StandardCharsets.UTF_8))) {
      line.write('\n');
      line.writeTo(to);
    }
    line.reset();
    tooLong = false;
  }
}
