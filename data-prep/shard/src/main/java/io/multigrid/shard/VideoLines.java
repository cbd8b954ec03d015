package io.multigrid.shard;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Reads lines of the list of videos, token by token, into columns: no object lives longer than its
 * line. Fields that reading needs not are skipped.
 */
final class VideoLines {
  private final JsonParser json;
  private final long[] offsets;
  private final int[] frames;
  private int[] labels = new int[4];
  private double[] times = new double[8];
  private int labelCount;
  private String path;
  private Split split;
  private int width;
  private int height;
  private double duration;
  private int shard;
  private int record;

  VideoLines(JsonParser json, int grids) {
    this.json = json;
    this.offsets = new long[grids];
    this.frames = new int[grids];
  }

  void into(Map<Split, VideoTable> tables) throws IOException {
    while (json.nextToken() != null) {
      expect(json.currentToken(), JsonToken.START_OBJECT, "a video");
      line();
      if (path == null || split == null) {
        throw new JsonParseException(json, "a video without path or split");
      }
      VideoTable table = tables.get(split);
      for (int l = 0; l < labelCount; l++) {
        table.labels().add(labels[l], times[2 * l], times[2 * l + 1]);
      }
      table.add(path, width, height, duration, shard, record);
      for (int g = 0; g < offsets.length; g++) {
        table.place(g, offsets[g], frames[g]);
      }
    }
  }

  private void line() throws IOException {
    path = null;
    split = null;
    labelCount = 0;
    int placed = 0;
    int counted = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "path" -> path = json.getText();
        case "labels" -> labels();
        case "split" -> split = split(json.getText());
        case "width" -> width = json.getIntValue();
        case "height" -> height = json.getIntValue();
        case "durationSeconds" -> duration = json.getDoubleValue();
        case "shard" -> shard = json.getIntValue();
        case "record" -> record = json.getIntValue();
        case "offsets" -> {
          for (; json.nextToken() != JsonToken.END_ARRAY; placed++) {
            offsets[Math.min(placed, offsets.length - 1)] = json.getLongValue();
          }
        }
        case "frames" -> {
          for (; json.nextToken() != JsonToken.END_ARRAY; counted++) {
            frames[Math.min(counted, frames.length - 1)] = json.getIntValue();
          }
        }
        default -> json.skipChildren();
      }
    }
    if (placed != offsets.length || counted != frames.length) {
      throw new JsonParseException(
          json,
          "%s: %s offsets and %s numbers of frames for %s grids"
              .formatted(path, placed, counted, offsets.length));
    }
  }

  private void labels() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (labelCount == labels.length) {
        labels = Arrays.copyOf(labels, 2 * labelCount);
        times = Arrays.copyOf(times, 4 * labelCount);
      }
      times[2 * labelCount] = Double.NaN;
      times[2 * labelCount + 1] = Double.NaN;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        switch (field) {
          case "label" -> labels[labelCount] = json.getIntValue();
          case "start" -> times[2 * labelCount] = time(value);
          case "end" -> times[2 * labelCount + 1] = time(value);
          default -> json.skipChildren();
        }
      }
      labelCount++;
    }
  }

  private double time(JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NULL ? Double.NaN : json.getDoubleValue();
  }

  private Split split(String text) throws IOException {
    try {
      return Split.of(text);
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(json, e.getMessage(), e);
    }
  }

  private void expect(JsonToken found, JsonToken wanted, String what) throws IOException {
    if (found != wanted) {
      throw new JsonParseException(json, "found " + found + " where " + what + " begins");
    }
  }
}
