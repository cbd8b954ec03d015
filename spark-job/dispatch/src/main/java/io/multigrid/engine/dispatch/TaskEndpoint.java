package io.multigrid.engine.dispatch;

import static org.apache.spark.memory.MemoryMode.ON_HEAP;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.memory.TaskMemoryManager;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.RpcUtils;
import scala.Option;
import scala.Tuple2;

/**
 * Where an executor takes orders of the driver, over Spark's own RPC: each is an RDD, one partition
 * of it, and what to do with that. It is carried out as Spark's executor would: in a task context
 * of its own, whose locks on blocks end with it and whose accumulators go back with the result.
 */
final class TaskEndpoint extends Endpoint {
  /** Unlike those of Spark's tasks negative, and far from its two special ones, -1 and -1024. */
  private static final AtomicLong ATTEMPTS = new AtomicLong(Long.MIN_VALUE);

  /** What is to be done, the same for all executors. */
  record Order<T, R>(RDD<T> rdd, PartitionTask<T, R> task) implements Serializable {}

  /**
   * @param nanos that the task took
   * @param updates of accumulators
   */
  record Answer<R>(R value, long nanos, List<AccumulatorV2<?, ?>> updates)
      implements Serializable {}

  /** What a task can ask for, which also learns of the accumulators that come with it. */
  private static final class Context extends TaskContextImpl {
    private final List<AccumulatorV2<?, ?>> updates = new ArrayList<>();

    @SuppressWarnings("unchecked")
    Context(SparkEnv env, int partition, long attempt, TaskMemoryManager memory) {
      super(
          0,
          0,
          partition,
          attempt,
          0,
          1,
          memory,
          new Properties(),
          env.metricsSystem(),
          TaskMetrics.empty(),
          1,
          scala.collection.immutable.Map$.MODULE$.empty());
    }

    @Override
    public void registerAccumulator(AccumulatorV2<?, ?> accumulator) {
      updates.add(accumulator);
    }
  }

  /** The message that has an executor give up its state. */
  static final String LEAVE = "leave";

  private final ExecutorStates.Key key;
  private final ExecutorService thread;

  private TaskEndpoint(ExecutorStates.Key key, String name) {
    this.key = key;
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    thread =
        Executors.newSingleThreadExecutor(
            orders -> {
              Thread made = new Thread(orders, name);
              made.setDaemon(true);
              made.setContextClassLoader(loader);
              return made;
            });
  }

  /** Opens the endpoint of an executor in this process, and tells the driver. */
  static TaskEndpoint open(ExecutorStates.Key key) {
    String driver = TaskDispatcher.name(key.job());
    String name = driver + "-" + key.executor();
    TaskEndpoint endpoint = new TaskEndpoint(key, name);
    RpcEndpointRef address = endpoint.open(name);
    try {
      RpcUtils.makeDriverRef(driver, endpoint.env.conf(), endpoint.rpcEnv())
          .askSync(new Tuple2<>(key.executor(), address), Wire.ANY);
      return endpoint;
    } catch (Throwable e) {
      endpoint.close();
      throw e;
    }
  }

  /**
   * An {@link Order} and a partition, or {@link #LEAVE}. Both wait for what is under way, which the
   * latter cuts short where it can.
   */
  @Override
  void take(Tuple2<?, ?> message, RpcCallContext caller) {
    if (message._1().equals(LEAVE)) {
      ExecutorStates.cancel(key);
      thread.execute(() -> leave(caller));
    } else {
      thread.execute(() -> reply(caller, (byte[]) message._1(), (byte[]) message._2()));
    }
  }

  private void leave(RpcCallContext caller) {
    try {
      ExecutorStates.close(key);
      caller.reply(true);
    } catch (Throwable e) {
      caller.sendFailure(e);
    }
  }

  private void reply(RpcCallContext caller, byte[] order, byte[] partition) {
    try {
      caller.reply(answer(order, partition));
    } catch (Throwable e) {
      caller.sendFailure(e);
    }
  }

  /** Whether it went well, and the {@link Answer} or what was thrown. */
  private Tuple2<Boolean, byte[]> answer(byte[] order, byte[] partition) {
    try {
      return new Tuple2<>(true, carryOut(order, partition));
    } catch (Throwable e) {
      return new Tuple2<>(false, wire.failure(e));
    }
  }

  private byte[] carryOut(byte[] bytes, byte[] partition) {
    Partition mine = wire.read(partition);
    long attempt = ATTEMPTS.getAndIncrement();
    TaskMemoryManager memory = new TaskMemoryManager(env.memoryManager(), attempt);
    Context context = new Context(env, mine.index(), attempt, memory);
    TaskContext$.MODULE$.setTaskContext(context);
    env.blockManager().registerTask(attempt);
    Throwable thrown = null;
    try {
      return carryOut(wire.<Order<Object, Object>>read(bytes), mine, context);
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      try {
        context.markTaskCompleted(Option.apply(thrown));
      } finally {
        release(attempt, memory);
      }
    }
  }

  private void release(long attempt, TaskMemoryManager memory) {
    try {
      env.blockManager().releaseAllLocksForTask(attempt);
      env.blockManager().memoryStore().releaseUnrollMemoryForThisTask(ON_HEAP, Long.MAX_VALUE);
      memory.cleanUpAllAllocatedMemory();
    } finally {
      TaskContext$.MODULE$.unset();
    }
  }

  private <T, R> byte[] carryOut(Order<T, R> order, Partition partition, Context context) {
    long start = System.nanoTime();
    R value = order.task.of(order.rdd.iterator(partition, context));
    long nanos = System.nanoTime() - start;
    return wire.write(new Answer<>(value, nanos, context.updates));
  }

  /** Takes no more orders; the one that is being carried out goes on. */
  @Override
  public void close() {
    super.close();
    thread.shutdown();
  }
}
