package io.multigrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Dataset;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSourceTest {
  private static final String SINK = "spark.metrics.conf.*.sink.jmx.class";
  @TempDir Path folder;

  @BeforeEach
  void configure() {
    System.setProperty(SINK, "org.apache.spark.metrics.sink.JmxSink");
  }

  @AfterEach
  void restore() {
    System.clearProperty(SINK);
  }

  @Test
  void sparksMetricsSayWhereTrainingIsWhileItRuns() throws Exception {
    Map<String, Number> seen = new ConcurrentSkipListMap<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread watcher =
        new Thread(
            () -> {
              while (!over.get()) {
                seen.putAll(gauges());
              }
            });
    try (JavaSparkContext spark = Sparks.forTraining("test", TinyData.settings())) {
      String uri = folder.resolve("data").toString();
      TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
      watcher.start();
      Dataset data = Dataset.open(uri, spark.hadoopConfiguration());
      new Trainer(spark, TinyData.settings(), data, "test").run(folder.resolve("run").toString());
      over.set(true);
      watcher.join();
      assertThat(gauges()).as("when training is over").isEmpty();
    }
    assertThat(seen.keySet())
        .containsExactly("clipsPerSecond", "damagedVideos", "iteration", "loss", "waitedSeconds");
    assertThat(seen.get("iteration").longValue()).isPositive();
    assertThat(seen.get("loss").doubleValue()).isBetween(0.0, 10.0);
  }

  private static Map<String, Number> gauges() {
    Map<String, Number> gauges = new TreeMap<>();
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    try {
      for (ObjectName name : beans.queryNames(new ObjectName("metrics:*"), null)) {
        String text = name.getKeyProperty("name");
        if (text != null && text.contains(".driver.multigrid.")) {
          gauges.put(
              text.substring(text.lastIndexOf('.') + 1),
              (Number) beans.getAttribute(name, "Value"));
        }
      }
    } catch (JMException e) {
      // it went while it was looked at
    }
    return gauges;
  }
}
