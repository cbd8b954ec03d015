package io.multigrid.train.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.multigrid.engine.IterationReport;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * Where training is, in Spark's metrics of the driver, and so in every sink that Spark is
 * configured with (JMX, Prometheus, Graphite ...): under {@code multigrid}.
 */
public final class TrainingSource implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();
  private volatile IterationReport latest;
  private volatile double waited;
  private volatile int damaged;

  public TrainingSource() {
    gauge("iteration", () -> latest == null ? 0 : latest.iteration() + 1);
    gauge("loss", () -> latest == null ? Double.NaN : latest.loss());
    gauge("clipsPerSecond", () -> latest == null ? 0 : latest.clips() / latest.seconds());
    gauge("waitedSeconds", () -> waited);
    gauge("damagedVideos", () -> damaged);
    SparkEnv.get().metricsSystem().registerSource(this);
  }

  private void gauge(String name, Gauge<? extends Number> gauge) {
    registry.register(name, gauge);
  }

  /**
   * @param damagedSoFar videos that turned out to be damaged
   */
  public void iteration(IterationReport report, int damagedSoFar) {
    latest = report;
    waited += report.times().waitSeconds();
    damaged = damagedSoFar;
  }

  @Override
  public String sourceName() {
    return "multigrid";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    if (SparkEnv.get() != null) {
      SparkEnv.get().metricsSystem().removeSource(this);
    }
  }
}
