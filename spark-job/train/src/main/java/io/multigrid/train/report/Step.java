package io.multigrid.train.report;

import com.fasterxml.jackson.databind.JsonNode;

/** What the report tells of one iteration; {@code elapsed} in seconds. */
record Step(double elapsed, int stage, Shape shape, double rate, double loss, Times times) {
  /** Clips of a batch, frames of a clip, and pixels of a frame's side. */
  record Shape(int batch, int frames, int crop) {}

  /** Where an iteration's seconds went. */
  record Times(double waiting, double computing, double synchronising) {}

  /** From a line of {@code metrics.jsonl}. */
  static Step of(JsonNode event) {
    return new Step(
        number(event, "elapsedSeconds"),
        event.path("stage").asInt(),
        new Shape(
            event.path("batch").asInt(), event.path("frames").asInt(), event.path("crop").asInt()),
        number(event, "learningRate"),
        number(event, "loss"),
        new Times(
            number(event, "waitSeconds"),
            number(event, "computeSeconds"),
            number(event, "syncSeconds") + number(event, "schedulingSeconds")));
  }

  private static double number(JsonNode event, String field) {
    return event.path(field).asDouble();
  }
}
