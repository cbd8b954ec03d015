package io.multigrid.train.forecast;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Step times as JSON; docs/step-times.md describes it. */
public final class StepTimesFile {
  private static final String FORMAT = "multigrid-step-times";
  private static final int VERSION = 1;
  private static final String REMEDY = "mend it, or measure again with plan --calibrate";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  private StepTimesFile(String file) {
    this.file = file;
  }

  /**
   * @param file for messages
   * @throws ConfigurationException listing everything that is wrong with it
   */
  public static List<StepTimes> parse(String file, String text) {
    StepTimesFile reader = new StepTimesFile(file);
    List<StepTimes> times = reader.read(text);
    if (!reader.problems.isEmpty()) {
      throw new ConfigurationException(reader.problems);
    }
    return times;
  }

  /** A measurement among others, in the place of an earlier one on as many executors. */
  public static List<StepTimes> with(List<StepTimes> times, StepTimes measured) {
    List<StepTimes> all = new ArrayList<>(times);
    all.removeIf(other -> other.executors() == measured.executors());
    all.add(measured);
    all.sort(Comparator.comparingInt(StepTimes::executors));
    return all;
  }

  public static String json(List<StepTimes> times) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("version", VERSION);
    ArrayNode measurements = root.putArray("measurements");
    for (StepTimes measured : times) {
      ObjectNode node = measurements.addObject();
      node.put("executors", measured.executors());
      node.put("exchangeSeconds", measured.exchangeSeconds());
      ArrayNode steps = node.putArray("steps");
      for (StepTimes.Step step : measured.steps()) {
        steps
            .addObject()
            .put("clips", step.clips())
            .put("frames", step.frames())
            .put("crop", step.crop())
            .put("seconds", step.seconds())
            .put("decodeSeconds", step.decodeSeconds())
            .put("storageBytes", step.storageBytes());
      }
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<StepTimes> read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      problems.add(
          new Problem(
              file + ":" + line, "syntax", "", "is not JSON: " + e.getOriginalMessage(), REMEDY));
      return List.of();
    }
    if (!root.isObject()) {
      problem("", root, "must be an object");
      return List.of();
    }
    if (!FORMAT.equals(root.path("format").asText()) || root.path("version").asInt() != VERSION) {
      problems.add(
          new Problem(
              file,
              "format",
              root.path("format").asText() + " version " + root.path("version").asText(),
              "must be " + FORMAT + " version " + VERSION,
              REMEDY));
      return List.of();
    }
    unknown("", root, Set.of("format", "version", "measurements"));
    List<StepTimes> times = new ArrayList<>();
    Set<Integer> executors = new HashSet<>();
    for (Item item : items("measurements", root.path("measurements"))) {
      StepTimes measured = measurement(item);
      if (!executors.add(measured.executors())) {
        problem(item.path + ".executors", item.node.path("executors"), "stands there twice");
      }
      times.add(measured);
    }
    return times;
  }

  private record Item(String path, JsonNode node) {}

  private StepTimes measurement(Item item) {
    unknown(item.path + ".", item.node, Set.of("executors", "exchangeSeconds", "steps"));
    int executors = whole(item, "executors");
    double exchange = number(item, "exchangeSeconds", Least.ZERO);
    List<StepTimes.Step> steps = new ArrayList<>();
    Set<String> shapes = new HashSet<>();
    for (Item step : items(item.path + ".steps", item.node.path("steps"))) {
      StepTimes.Step read = step(step);
      if (!shapes.add(read.shape())) {
        problem(step.path, step.node, "a step of " + read.shape() + " stands there twice");
      }
      steps.add(read);
    }
    return new StepTimes(executors, exchange, steps);
  }

  private StepTimes.Step step(Item item) {
    unknown(
        item.path + ".",
        item.node,
        Set.of("clips", "frames", "crop", "seconds", "decodeSeconds", "storageBytes"));
    return new StepTimes.Step(
        whole(item, "clips"),
        whole(item, "frames"),
        whole(item, "crop"),
        number(item, "seconds", Least.ABOVE_ZERO),
        item.node.has("decodeSeconds") ? number(item, "decodeSeconds", Least.ZERO) : 0,
        item.node.has("storageBytes") ? number(item, "storageBytes", Least.ZERO) : 0);
  }

  private List<Item> items(String path, JsonNode array) {
    if (!array.isArray() || array.isEmpty()) {
      problem(path, array, "must be a list of at least one");
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < array.size() && array.isArray(); i++) {
      items.add(new Item(path + "[" + i + "]", array.get(i)));
    }
    return items;
  }

  private int whole(Item item, String key) {
    JsonNode value = item.node.path(key);
    if (!value.canConvertToExactIntegral() || !value.canConvertToInt() || value.asInt() < 1) {
      problem(item.path + "." + key, value, "must be a whole number of at least 1");
    }
    return value.asInt();
  }

  private enum Least {
    ZERO,
    ABOVE_ZERO
  }

  private double number(Item item, String key, Least least) {
    JsonNode value = item.node.path(key);
    double number = value.asDouble();
    boolean enough = least == Least.ZERO ? number >= 0 : number > 0;
    if (!value.isNumber() || !Double.isFinite(number) || !enough) {
      problem(
          item.path + "." + key,
          value,
          least == Least.ZERO ? "must be a number, 0 or more" : "must be a number above 0");
    }
    return number;
  }

  private void unknown(String prefix, JsonNode node, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                problem(
                    prefix + name,
                    node.get(name),
                    "there is no such field; the fields are "
                        + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private void problem(String path, JsonNode value, String limit) {
    String shown = value.isMissingNode() ? "" : value.toString();
    problems.add(
        new Problem(
            file,
            path.isEmpty() ? "content" : path,
            shown.length() > 60 ? shown.substring(0, 57) + "..." : shown,
            value.isMissingNode() ? "is missing; " + limit : limit,
            REMEDY));
  }
}
