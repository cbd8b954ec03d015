package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.NoRoomException;
import io.multigrid.train.ClusterException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void noStackTraceOfAnExecutorReachesTheUser() {
    SparkException failure =
        new SparkException(
            "Job aborted: java.io.IOException: broken\n\tat io.multigrid.A.b(A.java:1)\n\t... 3 more\n\nDriver stacktrace:");
    assertThat(Failures.message(failure)).isEqualTo("Job aborted: java.io.IOException: broken");
    assertThat(Failures.code(failure)).isEqualTo(Exit.FAILED);
  }

  @Test
  void otherVersionsAreAClusterThatDoesNotFit() {
    SparkException failure =
        new SparkException("java.lang.UnsupportedClassVersionError: x\n\tat a.b(C.java)");
    assertThat(Failures.message(failure)).startsWith("executors run a Java older than 17");
    assertThat(Failures.code(failure)).isEqualTo(Exit.CLUSTER);
  }

  @Test
  void onlyStorageIsBlamedForStorage() {
    assertThat(
            Failures.message(
                new IOException(
                    "Call From vm/127.0.0.1 to name:8020 failed on connection exception: refused",
                    new ConnectException("Connection refused"))))
        .startsWith("hdfs://name:8020 does not answer; check fs.defaultFS");
    assertThat(Failures.message(new IllegalStateException("k8s", new ConnectException("refused"))))
        .isEqualTo("k8s\n  because: refused");
    assertThat(Failures.message(new IllegalArgumentException(new UnknownHostException("nn1"))))
        .startsWith("there is no host nn1; check the address");
    ClusterException master =
        new ClusterException(List.of("spark://h:1: does not answer"), new ConnectException("no"));
    assertThat(Failures.message(master))
        .isEqualTo("the cluster does not fit the job:\n  spark://h:1: does not answer");
    assertThat(Failures.code(master)).isEqualTo(Exit.CLUSTER);
    assertThat(Failures.code(new IllegalStateException(new NoRoomException("full"))))
        .isEqualTo(Exit.CLUSTER);
  }

  @Test
  void memoryThatRanOutHasACodeOfItsOwn() {
    OutOfMemoryError failure = new OutOfMemoryError("Java heap space");
    assertThat(Failures.code(failure)).isEqualTo(Exit.MEMORY);
    assertThat(Failures.message(failure))
        .startsWith("the driver ran out of memory (thread ")
        .endsWith(": Java heap space); give it more (spark.driver.memory)");
    assertThat(Failures.code(new IllegalStateException("executor 1", failure)))
        .isEqualTo(Exit.FAILED);
  }
}
