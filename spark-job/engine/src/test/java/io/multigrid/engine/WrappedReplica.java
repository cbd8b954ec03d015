package io.multigrid.engine;

/** Another replica, for tests that change some of what it does. */
public class WrappedReplica implements Replica {
  protected final Replica replica;

  public WrappedReplica(Replica replica) {
    this.replica = replica;
  }

  @Override
  public DeviceVector weights() {
    return replica.weights();
  }

  @Override
  public DeviceVector gradient() {
    return replica.gradient();
  }

  @Override
  public WorkResult compute(
      long iteration, int firstWorker, int endWorker, GradientListener listener) {
    return replica.compute(iteration, firstWorker, endWorker, listener);
  }

  @Override
  public float[][] statistics() {
    return replica.statistics();
  }

  @Override
  public void statistics(float[][] rows) {
    replica.statistics(rows);
  }

  @Override
  public void close() {
    replica.close();
  }
}
