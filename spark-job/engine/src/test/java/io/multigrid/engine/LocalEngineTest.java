package io.multigrid.engine;

/** The judge is held to the contract as well. */
class LocalEngineTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return Engines.byName("local");
  }
}
