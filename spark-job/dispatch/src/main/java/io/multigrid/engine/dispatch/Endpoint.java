package io.multigrid.engine.dispatch;

import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import scala.Function1;
import scala.PartialFunction;
import scala.Tuple2;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * One end of Spark's own RPC, of this process. Messages are pairs, made of classes of Spark, Scala
 * and the JDK alone: Spark's RPC does not know the jars of an application.
 */
abstract class Endpoint implements RpcEndpoint, AutoCloseable {
  final SparkEnv env = SparkEnv.get();

  /** With the classes that the thread which makes the endpoint knows. */
  final Wire wire = new Wire(env, Thread.currentThread().getContextClassLoader());

  private RpcEndpointRef address;

  /** Takes messages from here on. */
  final RpcEndpointRef open(String name) {
    address = env.rpcEnv().setupEndpoint(name, this);
    return address;
  }

  /** Called by threads of Spark's, which must not be kept waiting. */
  abstract void take(Tuple2<?, ?> message, RpcCallContext caller);

  @Override
  public final RpcEnv rpcEnv() {
    return env.rpcEnv();
  }

  @Override
  public final PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(Object message) {
        return true;
      }

      @Override
      @SuppressWarnings("unchecked")
      public <M, R> R applyOrElse(M message, Function1<M, R> otherwise) {
        take((Tuple2<?, ?>) message, caller);
        return (R) BoxedUnit.UNIT;
      }
    };
  }

  @Override
  public void close() {
    env.rpcEnv().stop(address);
  }
}
