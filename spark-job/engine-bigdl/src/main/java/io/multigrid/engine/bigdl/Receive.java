package io.multigrid.engine.bigdl;

import java.util.function.Consumer;
import scala.Function1;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** Takes every message of an endpoint. */
final class Receive extends AbstractPartialFunction<Object, BoxedUnit> {
  private final Consumer<Object> take;

  Receive(Consumer<Object> take) {
    this.take = take;
  }

  @Override
  public boolean isDefinedAt(Object message) {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <M, R> R applyOrElse(M message, Function1<M, R> otherwise) {
    take.accept(message);
    return (R) BoxedUnit.UNIT;
  }
}
