package io.multigrid.engine;

class LocalEngineTest extends EngineContract {
  @Override
  protected Engine start(EngineJob job) {
    return Engines.byName("local").start(job);
  }
}
