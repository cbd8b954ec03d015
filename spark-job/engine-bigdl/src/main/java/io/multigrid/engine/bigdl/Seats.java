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

  /** A seat, and the desk at which it is given work. */
  private record Place(Seat seat, Desk desk) {}

  private static final Map<Key, Place> PLACES = new ConcurrentHashMap<>();

  private Seats() {}

  static void take(Key key, Supplier<Seat> seat) {
    PLACES.computeIfAbsent(key, k -> place(k, seat.get()));
  }

  private static Place place(Key key, Seat seat) {
    try {
      return new Place(seat, Desk.open(key));
    } catch (Throwable e) {
      seat.close();
      throw e;
    }
  }

  /**
   * @throws EngineException if the executor that held it is gone
   */
  static Seat of(Key key) {
    Place place = PLACES.get(key);
    if (place == null) {
      throw new EngineException(
          "executor %d was lost, and its share of the training state with it; start again from a checkpoint"
              .formatted(key.executor()));
    }
    return place.seat();
  }

  /** Does nothing if the seat is not in this JVM. */
  static void leave(Key key) {
    Place place = PLACES.remove(key);
    if (place != null) {
      place.desk().close();
      place.seat().close();
    }
  }
}
