package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.train.ClusterException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** Failures as drivers and clusters of other versions showed them. */
class MismatchTest {
  private static final Versions DRIVER =
      new Versions("3.5.9", "2.12.18", "3.3.4", 17, "2.13.0", "0.1.0");

  private static String of(String message) {
    return Mismatch.of(new IllegalStateException("x", new SparkException(message))).orElseThrow();
  }

  @Test
  void namesTheSparkThatDiffersAndTheRemedy() {
    assertThat(
            of(
                "Job aborted due to stage failure: Task 0 in stage 0.0 failed 1 times, most recent failure: Lost task 0.0"
                    + " in stage 0.0 (TID 0) (127.0.0.1 executor 0): java.io.InvalidClassException:"
                    + " org.apache.spark.scheduler.Task; local class incompatible: stream classdesc serialVersionUID = 1"
                    + "\n\tat java.base/java.io.ObjectStreamClass.initNonProxy(ObjectStreamClass.java:597)"))
        .startsWith("the cluster runs another Spark than the driver's, 3.5.")
        .contains("org.apache.spark.scheduler.Task")
        .contains("point SPARK_HOME to the cluster's own Spark")
        .doesNotContain("\tat ");
  }

  @Test
  void namesTheJavaThatIsTooOldOrTooNew() {
    assertThat(
            of(
                "java.lang.UnsupportedClassVersionError: io/multigrid/train/cluster/RollCall has been compiled by a more recent version"))
        .contains("a Java older than 17")
        .contains("spark.executorEnv.JAVA_HOME");
    assertThat(of("java.lang.UnsupportedOperationException: getSubject is not supported"))
        .contains("a Java newer than 22");
  }

  @Test
  void namesWhatAnotherBuildOfSparkLacks() {
    assertThat(
            Mismatch.of(
                new NoSuchMethodError(
                    "'org.apache.spark.rpc.RpcEndpointRef org.apache.spark.rpc.RpcEnv.setupEndpoint(java.lang.String)'")))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .contains("is not built like the Spark 3.5 that this program was built with")
                    .contains("RpcEnv.setupEndpoint")
                    .contains("SPARK_HOME"));
    assertThat(Mismatch.of(new NoClassDefFoundError("scala/Serializable"))).isPresent();
    assertThat(Mismatch.of(new NoClassDefFoundError("org/example/Mine"))).isEmpty();
    assertThat(Mismatch.of(new IllegalStateException("shard is broken"))).isEmpty();
  }

  @Test
  void comparesWhatExecutorsRunWithTheDriver() {
    assertThat(DRIVER.problems("one", DRIVER)).isEmpty();
    assertThat(
            new Versions("3.5.9", "2.12.18", "3.3.4", 21, "2.13.0", "0.1.0")
                .problems("one", DRIVER))
        .isEmpty();
    List<String> problems =
        new Versions("3.5.1", "2.12.18", "2.7.7", 25, "2.12.0", "0.0.9").problems("one", DRIVER);
    assertThat(problems)
        .satisfiesExactly(
            spark ->
                assertThat(spark)
                    .startsWith(
                        "Spark on one is 3.5.1 (Scala 2.12.18): must be the driver's, 3.5.9")
                    .contains("SPARK_HOME"),
            hadoop ->
                assertThat(hadoop)
                    .startsWith("Hadoop on one is 2.7.7: must be 3 as the driver's, 3.3.4; point"),
            java ->
                assertThat(java)
                    .startsWith("Java on one is 25: must be 17 to 22")
                    .contains("spark.executorEnv.JAVA_HOME"),
            ours -> assertThat(ours).startsWith("multigrid on one is 0.0.9 with libtorch 2.12.0"));
  }

  @Test
  void knowsWhatThisProcessRuns() {
    Versions here = Versions.here();
    assertThat(here.spark()).startsWith("3.5.");
    assertThat(here.scala()).startsWith("2.12.");
    assertThat(here.libtorch()).startsWith("2.");
    assertThat(here.problems("here", here)).isEmpty();
  }

  @Test
  void anotherHadoopOfTheSameLineIsToldAndTaken() {
    Versions other = new Versions("3.5.9", "2.12.18", "3.4.1", 17, "2.13.0", "0.1.0");
    assertThat(other.problems("one", DRIVER)).isEmpty();
    assertThat(other.doubts("one", DRIVER))
        .singleElement()
        .asString()
        .startsWith("Hadoop on one is 3.4.1, the driver's is 3.3.4; if storage fails there, point");
    assertThat(DRIVER.doubts("one", DRIVER)).isEmpty();
  }

  @Test
  void refusesWhatThisProgramIsNotBuiltWith() {
    List<String> warnings = new ArrayList<>();
    Versions other = new Versions("3.4.3", "2.13.8", "2.7.7", 25, "2.13.0", "0.1.0");
    assertThatThrownBy(() -> Mismatch.check(other, warnings::add))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining(
            "Spark here is 3.4.3 for Scala 2.13.8: must be 3.5 for Scala 2.12, which this program is built with; point SPARK_HOME to")
        .hasMessageContaining("Hadoop here is 2.7.7: must be 3, as Spark 3.5 is built with")
        .hasMessageContaining("Java here is 25: must be 17 to 22; set JAVA_HOME");
    Mismatch.check(new Versions("3.5.0", "2.12.18", "3.3.4", 21, "2.13.0", "0.1.0"), warnings::add);
    Mismatch.check(DRIVER, warnings::add);
    assertThat(warnings).isEmpty();
    Mismatch.check(
        new Versions("3.5.1-vendor-2", "2.12.17", "3.3.6", 17, "2.13.0", "0.1.0"), warnings::add);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("Spark here is 3.5.1-vendor-2, no release of Apache's");
  }
}
