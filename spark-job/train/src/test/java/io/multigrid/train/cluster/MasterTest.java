package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.train.ClusterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class MasterTest {
  private static final Configuration NONE = new Configuration(false);

  @Test
  void saysWhichMasterDoesNotAnswerForHowLongAndWhatToCheck() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    String url = "spark://127.0.0.1:" + port;
    assertThatThrownBy(() -> Master.of(url, NONE).answers(Duration.ofSeconds(1)))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining(
            url + ": does not answer, asked for 1 seconds (127.0.0.1:" + port + ": ")
        .hasMessageContaining("check the address, that it runs");
  }

  @Test
  void oneOfSeveralMastersIsEnough() throws IOException {
    try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String url = "spark://127.0.0.1:1,127.0.0.1:" + open.getLocalPort();
      assertThatCode(() -> Master.of(url, NONE).answers(Duration.ofSeconds(5)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void knowsWhereClusterManagersListen() {
    assertThat(Master.of("k8s://https://api.example:6443", NONE).addresses())
        .containsExactly(InetSocketAddress.createUnresolved("api.example", 6443));
    assertThat(Master.of("k8s://api.example", NONE).addresses())
        .containsExactly(InetSocketAddress.createUnresolved("api.example", 443));
    Configuration one = new Configuration(false);
    one.set("yarn.resourcemanager.hostname", "rm");
    assertThat(Master.of("yarn", one).addresses())
        .containsExactly(InetSocketAddress.createUnresolved("rm", 8032));
    Configuration two = new Configuration(false);
    two.set("yarn.resourcemanager.ha.rm-ids", "a, b");
    two.set("yarn.resourcemanager.hostname.a", "first");
    two.set("yarn.resourcemanager.address.b", "second:9");
    assertThat(Master.of("yarn", two).addresses())
        .containsExactly(
            InetSocketAddress.createUnresolved("first", 8032),
            InetSocketAddress.createUnresolved("second", 9));
    assertThatThrownBy(() -> Master.of("spark://:7077", NONE))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("is no address");
  }

  @Test
  void saysWhatAMasterThatRefusesMayWant() {
    assertThat(
            Master.of("spark://h:1", NONE)
                .refused(new IllegalStateException("stopped"), Duration.ofSeconds(61)))
        .hasMessageContaining(
            "spark://h:1: answers, but took no application within 61 seconds, or dropped it")
        .hasMessageContaining("spark.authenticate")
        .hasMessageContaining("do executors start on its workers");
  }
}
