package io.multigrid.shard;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.stream.Collectors;

/** What is wrong with a JSON text, in one line: where and what, without the text itself. */
public final class JsonFault {
  private JsonFault() {}

  public static String text(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null || at.getLineNr() < 1
            ? ""
            : "line %s, column %s: ".formatted(at.getLineNr(), at.getColumnNr());
    return where + what(e);
  }

  private static String what(JsonProcessingException e) {
    Throwable first = e.getCause() instanceof JsonProcessingException cause ? cause : e;
    if (first instanceof JsonEOFException) {
      return "the text ends in the middle";
    }
    if (first instanceof JsonParseException parse) {
      return "is not JSON: " + firstLine(parse);
    }
    return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
        ? path(mapping) + " is not of the kind that belongs there"
        : firstLine(e);
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  private static String firstLine(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }
}
