package io.multigrid.train.cluster;

import io.multigrid.train.ClusterException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A cluster manager, asked for an answer before Spark is: what Spark says of one that is silent
 * names neither it nor the remedy.
 *
 * @param url {@code spark.master}
 * @param addresses where it listens; one of them has to answer
 */
record Master(String url, List<InetSocketAddress> addresses) {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final String RESOURCE_MANAGER = "yarn.resourcemanager.";

  /**
   * @param hadoop settings, which say where YARN is
   */
  static Master of(String url, Configuration hadoop) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    if (url.startsWith("spark://")) {
      Arrays.stream(url.substring("spark://".length()).split(","))
          .map(at -> address("spark://" + at, 7077))
          .forEach(addresses::add);
    } else if (url.startsWith("k8s://")) {
      String api = url.substring("k8s://".length());
      addresses.add(address(api.contains("://") ? api : "https://" + api, 443));
    } else if (url.equals("yarn")) {
      for (String id : hadoop.getTrimmedStrings(RESOURCE_MANAGER + "ha.rm-ids", "")) {
        addresses.add(yarn(hadoop, id.isEmpty() ? "" : "." + id));
      }
    }
    return new Master(url, addresses);
  }

  private static InetSocketAddress yarn(Configuration hadoop, String id) {
    String host = hadoop.get(RESOURCE_MANAGER + "hostname" + id, "0.0.0.0");
    String at = hadoop.get(RESOURCE_MANAGER + "address" + id, host + ":8032");
    return address("yarn://" + at, 8032);
  }

  private static InetSocketAddress address(String uri, int otherwise) {
    URI at = URI.create(uri);
    if (at.getHost() == null) {
      throw new ClusterException(List.of(uri + ": is no address; give a host and a port"));
    }
    return InetSocketAddress.createUnresolved(
        at.getHost(), at.getPort() < 0 ? otherwise : at.getPort());
  }

  /**
   * Waits until one of its addresses takes a connection.
   *
   * @throws ClusterException naming it, the time that it was given, and the remedy
   */
  void answers(Duration patience) {
    if (addresses.isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    String why = "";
    do {
      for (InetSocketAddress address : addresses) {
        try (Socket socket = new Socket()) {
          int left = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
          socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), left);
          return;
        } catch (IOException e) {
          why = address.getHostString() + ":" + address.getPort() + ": " + e.getMessage();
        }
      }
    } while (pause() && System.nanoTime() < deadline);
    throw new ClusterException(
        List.of(
            "%s: does not answer, asked for %s seconds (%s); check the address, that it runs, and the network between%s"
                .formatted(
                    url,
                    patience.toSeconds(),
                    why,
                    url.equals("yarn")
                        ? "; HADOOP_CONF_DIR names the folder of yarn-site.xml"
                        : "")));
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** It takes connections, and Spark has no application there, or no longer. */
  ClusterException refused(Throwable cause, Duration waited) {
    String remedy =
        Mismatch.of(cause)
            .orElse(
                "is it a cluster manager of Spark 3.5, does it want a secret (spark.authenticate,"
                    + " spark.authenticate.secret) or other credentials, and do executors start on its"
                    + " workers (their logs say why not)?");
    return new ClusterException(
        List.of(
            "%s: answers, but took no application within %s seconds, or dropped it; %s"
                .formatted(url, waited.toSeconds(), remedy)),
        cause);
  }
}
