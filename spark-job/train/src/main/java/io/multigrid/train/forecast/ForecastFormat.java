package io.multigrid.train.forecast;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A forecast for programs and for people, beside that of the baseline. */
public final class ForecastFormat {
  private ForecastFormat() {}

  /**
   * @param baseline nothing where it is the plan itself
   */
  public static ObjectNode json(Forecast forecast, Predicted<Forecast> baseline) {
    ObjectNode json = summary(forecast);
    ArrayNode stages = json.putArray("stages");
    for (Forecast.StageForecast stage : forecast.stages()) {
      ObjectNode node = stages.addObject();
      node.put("index", stage.stage());
      node.put("iterations", stage.iterations());
      node.put("seconds", stage.seconds());
      node.put("waitSeconds", stage.waitSeconds());
      node.put("clipsPerSecond", stage.clips() / stage.seconds());
      node.put("pixelBytesPerSecond", stage.pixelBytes() / stage.seconds());
      node.put("storageBytesPerSecond", stage.storageBytes() / stage.seconds());
    }
    baseline.value().ifPresent(other -> json.set("baseline", summary(other)));
    baseline.missing().ifPresent(reason -> json.put("baselineMissing", reason));
    ArrayNode assumptions = json.putArray("assumptions");
    forecast.assumptions().forEach(assumptions::add);
    return json;
  }

  private static ObjectNode summary(Forecast forecast) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("executors", forecast.executors());
    json.put("iterations", forecast.iterations());
    json.put("clips", forecast.clips());
    json.put("seconds", forecast.seconds());
    json.put("hours", forecast.seconds() / 3600);
    json.put("clipsPerSecond", forecast.clips() / forecast.seconds());
    json.put("pixelBytes", forecast.pixelBytes());
    json.put("storageBytes", forecast.storageBytes());
    json.put("exchangeBytesPerIteration", forecast.exchangeBytes());
    json.put("exchangeBytes", forecast.exchangeBytes() * forecast.iterations());
    json.put("checkpointBytes", forecast.checkpointBytes());
    return json;
  }

  public static String table(Forecast forecast, Predicted<Forecast> baseline) {
    StringBuilder text =
        new StringBuilder(
            "stage      hours  s/iteration     clips/s  pixels MB/s  read MB/s  waiting\n");
    for (Forecast.StageForecast stage : forecast.stages()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%5d  %9.3f  %11.3f  %10.1f  %11.1f  %9s  %5.1f %%%n",
              stage.stage(),
              stage.seconds() / 3600,
              stage.seconds() / stage.iterations(),
              stage.clips() / stage.seconds(),
              stage.pixelBytes() / stage.seconds() / 1e6,
              stage.storageBytes() == 0
                  ? "?"
                  : String.format(
                      Locale.ROOT, "%.2f", stage.storageBytes() / stage.seconds() / 1e6),
              100 * stage.waitSeconds() / stage.seconds()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%non %s: %s; %,.1f GB of pixels, %s read, %,.1f GB exchanged, %.2f GB a checkpoint",
            executors(forecast.executors()),
            hours(forecast.seconds()),
            forecast.pixelBytes() / 1e9,
            forecast.storageBytes() == 0
                ? "unknown bytes"
                : String.format(Locale.ROOT, "%,.1f GB", forecast.storageBytes() / 1e9),
            forecast.exchangeBytes() * forecast.iterations() / 1e9,
            forecast.checkpointBytes() / 1e9));
    baseline
        .value()
        .ifPresent(
            other ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%nthe baseline: %s, %.2f times as long",
                        hours(other.seconds()),
                        other.seconds() / forecast.seconds())));
    baseline.missing().ifPresent(reason -> text.append("\nno baseline: ").append(reason));
    text.append("\nstart-up, evaluations and checkpoints are not counted");
    forecast.assumptions().forEach(a -> text.append("\nassumed: ").append(a));
    return text.toString();
  }

  private static String executors(int number) {
    return number == 1 ? "1 executor" : number + " executors";
  }

  private static String hours(double seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%.1f minutes", seconds / 60)
        : String.format(Locale.ROOT, "%,.1f hours", seconds / 3600);
  }
}
