package io.multigrid.prep.decode;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The decoding processes of this JVM; as many as tasks run at once, used again and again. */
public final class Decoders {
  private static final ConcurrentLinkedDeque<DecodingProcess> IDLE = new ConcurrentLinkedDeque<>();

  private Decoders() {}

  public static DecodingProcess borrow() throws IOException {
    for (DecodingProcess process = IDLE.poll(); process != null; process = IDLE.poll()) {
      if (process.alive()) {
        return process;
      }
      process.close();
    }
    return new DecodingProcess();
  }

  public static void giveBack(DecodingProcess process) {
    IDLE.push(process);
  }

  /** Ends the children that nobody uses. */
  public static void closeIdle() {
    for (DecodingProcess process = IDLE.poll(); process != null; process = IDLE.poll()) {
      process.close();
    }
  }
}
