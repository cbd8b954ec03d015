package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineException;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The seats in this JVM. Jobs are told apart, so that one ends without disturbing another. */
final class Seats {
  /**
   * @param job unique over all JVMs
   */
  record Key(String job, int executor) implements Serializable {}

  private static final Map<Key, Seat> SEATS = new ConcurrentHashMap<>();

  private Seats() {}

  static void take(Key key, Supplier<Seat> seat) {
    SEATS.computeIfAbsent(key, k -> seat.get());
  }

  /**
   * @throws EngineException if the executor that held it is gone
   */
  static Seat of(Key key) {
    Seat seat = SEATS.get(key);
    if (seat == null) {
      throw new EngineException(
          "executor %d was lost, and its share of the training state with it; start again from a checkpoint"
              .formatted(key.executor()));
    }
    return seat;
  }

  /** Does nothing if the seat is not in this JVM. */
  static void leave(Key key) {
    Seat seat = SEATS.remove(key);
    if (seat != null) {
      seat.close();
    }
  }
}
