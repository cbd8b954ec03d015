package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What executors keep from task to task, in this JVM. Jobs are told apart, so that one ends without
 * disturbing another.
 */
public final class ExecutorStates {
  /**
   * @param job unique over all JVMs
   */
  public record Key(String job, int executor) implements Serializable {}

  /** A state, and the endpoint at which its executor is given work. */
  private record Place(StateFactory.State state, TaskEndpoint endpoint) {
    void close() {
      endpoint.close();
      state.close();
    }
  }

  private static final Map<Key, Place> PLACES = new ConcurrentHashMap<>();

  private ExecutorStates() {}

  static void open(Key key, Supplier<? extends StateFactory.State> state) {
    Place place = place(key, state.get());
    if (PLACES.putIfAbsent(key, place) != null) {
      place.close();
      throw new IllegalStateException("executor " + key.executor() + " has a state already");
    }
  }

  private static Place place(Key key, StateFactory.State state) {
    try {
      return new Place(state, TaskEndpoint.open(key));
    } catch (Throwable e) {
      state.close();
      throw e;
    }
  }

  /**
   * The state of an executor.
   *
   * @param <S> what its factory made
   * @throws EngineException if the executor that held it is gone
   */
  @SuppressWarnings("unchecked")
  public static <S extends StateFactory.State> S of(Key key) {
    Place place = PLACES.get(key);
    if (place == null) {
      throw new EngineException(
          "executor %s was lost, and its share of the training state with it; start again from a checkpoint"
              .formatted(key.executor()));
    }
    return (S) place.state();
  }

  /** What is under way there may end. Does nothing if the state is not in this JVM. */
  static void cancel(Key key) {
    Place place = PLACES.get(key);
    if (place != null) {
      place.state.cancel();
    }
  }

  /** Does nothing if the state is not in this JVM. */
  static void close(Key key) {
    Place place = PLACES.remove(key);
    if (place != null) {
      place.close();
    }
  }
}
