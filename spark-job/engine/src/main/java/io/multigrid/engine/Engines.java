package io.multigrid.engine;

import java.util.List;
import java.util.ServiceLoader;

/** The engines on the class path. */
public final class Engines {
  private Engines() {}

  /**
   * @throws EngineException naming the known engines if there is none of that name
   */
  public static EngineProvider byName(String name) {
    return providers().stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    "engine.name = %s: must be one of %s, the engines on the class path"
                        .formatted(name, String.join(", ", names()))));
  }

  /** Sorted. */
  public static List<String> names() {
    return providers().stream().map(EngineProvider::name).sorted().toList();
  }

  private static List<EngineProvider> providers() {
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
