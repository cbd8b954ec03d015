package io.multigrid.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.shard.Dataset;
import io.multigrid.train.SystemProperties;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSourceTest {
  /** As README has them for Prometheus, and JMX beside it. */
  private static final Map<String, String> SPARK =
      Map.of(
          "spark.metrics.conf.*.sink.jmx.class",
          "org.apache.spark.metrics.sink.JmxSink",
          "spark.metrics.conf.driver.sink.prometheusServlet.class",
          "org.apache.spark.metrics.sink.PrometheusServlet",
          "spark.metrics.conf.driver.sink.prometheusServlet.path",
          "/metrics/prometheus",
          "spark.metrics.namespace",
          "training",
          "spark.ui.enabled",
          "true",
          "spark.ui.port",
          "0");

  /** Long enough to be looked at. */
  private static final Settings LONGER =
      TinyData.settings("solver.epochs=24", "solver.steps=[0,15]", "checkpoint.every-iterations=0");

  private static final Pattern SCRAPED =
      Pattern.compile("metrics_training_driver_multigrid_(\\w+)_Value\\{type=\"gauges\"} (\\S+)");

  private SystemProperties properties;
  @TempDir Path folder;

  @BeforeEach
  void configure() {
    properties = new SystemProperties(SPARK);
  }

  @AfterEach
  void restore() {
    properties.close();
  }

  @Test
  void sparksMetricsSayWhereTrainingIsWhileItRuns() throws Exception {
    Map<String, Number> seen = new ConcurrentSkipListMap<>();
    Map<String, Number> scraped = new ConcurrentSkipListMap<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicReference<String> address = new AtomicReference<>();
    Thread watcher =
        new Thread(
            () -> {
              while (!over.get()) {
                seen.putAll(gauges());
                scraped.putAll(prometheus(address.get()));
                LockSupport.parkNanos(20_000_000);
              }
            });
    try (JavaSparkContext spark =
        Sparks.forTraining("test", TrainSettings.from(TinyData.settings()))) {
      address.set(spark.sc().uiWebUrl().get());
      String uri = folder.resolve("data").toString();
      TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
      prometheus(address.get()); // the first time takes longer than all of training
      watcher.start();
      Dataset data = Dataset.open(uri, spark.hadoopConfiguration());
      new Trainer(spark, RunSettings.from(LONGER), data, "test")
          .run(folder.resolve("run").toString());
      over.set(true);
      watcher.join();
      assertThat(gauges()).as("when training is over").isEmpty();
    }
    assertThat(seen.keySet())
        .containsExactly("clipsPerSecond", "damagedVideos", "iteration", "loss", "waitedSeconds");
    assertThat(seen.get("iteration").longValue()).isPositive();
    assertThat(seen.get("loss").doubleValue()).isBetween(0.0, 10.0);
    assertThat(scraped.keySet()).isEqualTo(seen.keySet());
    assertThat(scraped.get("iteration").longValue()).isPositive();
    assertThat(scraped.get("loss").doubleValue()).isBetween(0.0, 10.0);
    assertThat(scraped.get("clipsPerSecond").doubleValue()).isPositive();
  }

  /** What a scrape of the driver has of training. */
  private static Map<String, Number> prometheus(String address) {
    Map<String, Number> found = new TreeMap<>();
    try (InputStream in = URI.create(address + "/metrics/prometheus/").toURL().openStream()) {
      Matcher line = SCRAPED.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      while (line.find()) {
        found.put(line.group(1), Double.valueOf(line.group(2)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
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
