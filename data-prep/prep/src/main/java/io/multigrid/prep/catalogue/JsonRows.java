package io.multigrid.prep.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something-Something V2: a JSON array of {@code {"id": "78687", "template": "Holding
 * [something]"}} . The template without its brackets is the label, the split stands in the file's
 * name.
 */
final class JsonRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int TOLD_NAMES = 5;

  private JsonRows() {}

  static List<CatalogueRow> read(
      InputStream in, String file, VideoFiles videos, List<Problem> problems) throws IOException {
    List<CatalogueRow> rows = new ArrayList<>();
    JsonNode all;
    try {
      all = JSON.readTree(in);
    } catch (JsonProcessingException e) {
      problems.add(
          new Problem(file, "catalogue", "", "is not JSON: " + e.getOriginalMessage(), "mend it"));
      return rows;
    }
    if (!all.isArray()) {
      problems.add(
          new Problem(
              file,
              "catalogue",
              found(all),
              "must be a JSON array of objects with id and template, as Something-Something V2 has it",
              "list the videos in a CSV file with path,label instead"));
      return rows;
    }
    for (int i = 0; i < all.size(); i++) {
      String where = file + ":[" + i + "]";
      String id = all.get(i).path("id").asText("");
      String template = all.get(i).path("template").asText("");
      if (id.isEmpty() || template.isEmpty()) {
        problems.add(
            new Problem(
                where,
                "id, template",
                id + "," + template,
                "must not be empty",
                "give every video an id and a template"));
        continue;
      }
      String path = videos.find(id).orElse(id + ".webm");
      String label = template.replace("[", "").replace("]", "");
      rows.add(CatalogueRow.of(where, path, label, Splits.ofFile(name(file))));
    }
    return rows;
  }

  /** What a file holds instead of an array. */
  private static String found(JsonNode all) {
    if (!all.isObject()) {
      return all.isMissingNode() ? "nothing" : all.getNodeType().name().toLowerCase(Locale.ROOT);
    }
    List<String> names = new ArrayList<>();
    all.fieldNames().forEachRemaining(names::add);
    return "an object of "
        + String.join(", ", names.subList(0, Math.min(TOLD_NAMES, names.size())));
  }

  static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
