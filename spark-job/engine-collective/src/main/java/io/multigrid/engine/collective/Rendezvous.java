package io.multigrid.engine.collective;

import java.io.Serializable;
import java.time.Duration;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Where ranks find each other's addresses: libtorch's store, on a port that the system picks. It is
 * there until all have found each other.
 */
final class Rendezvous implements AutoCloseable {
  /**
   * @param port of the store
   */
  record Address(String host, int port) implements Serializable {}

  private final TCPStore server;

  private Rendezvous(TCPStore server) {
    this.server = server;
  }

  /** Opens the store in this process. */
  static Rendezvous open(String host, Duration limit) {
    return new Rendezvous(store(new Address(host, 0), true, limit));
  }

  /** As a rank sees it; the caller closes it. */
  static TCPStore join(Address address, Duration limit) {
    return store(address, false, limit);
  }

  private static TCPStore store(Address address, boolean serves, Duration limit) {
    try (PointerScope scope = new PointerScope()) {
      TCPStoreOptions options = new TCPStoreOptions();
      options.port((short) address.port); // unsigned to libtorch
      options.isServer(serves);
      options.waitWorkers(false);
      options.timeout(new Milliseconds(limit.toMillis()));
      return Tensors.keep(new TCPStore(address.host, options));
    }
  }

  int port() {
    return Short.toUnsignedInt(server.getPort());
  }

  @Override
  public void close() {
    server.close();
  }
}
