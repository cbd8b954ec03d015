package io.multigrid.prep.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The classes of a data set and their order. */
final class ClassList {
  private final List<String> names;
  private final Map<String, Integer> indexes = new HashMap<>();

  private ClassList(List<String> names) {
    this.names = List.copyOf(names);
    for (int c = 0; c < names.size(); c++) {
      indexes.put(names.get(c), c);
    }
  }

  /** The labels that are used, sorted; as numbers if all are whole numbers. */
  static ClassList of(List<CatalogueRow> rows) {
    Set<String> used = new TreeSet<>();
    rows.forEach(row -> row.labels().forEach(label -> used.add(label.name())));
    List<String> names = new ArrayList<>(used);
    if (names.stream().allMatch(name -> name.matches("\\d{1,9}"))) {
      names.sort(Comparator.comparing(Integer::valueOf));
    }
    return new ClassList(names);
  }

  /**
   * A file with a class a line, or a JSON array of names, or a JSON object of names and their
   * numbers. A line {@code c000 Holding some clothes} is found by its first word, too.
   */
  static ClassList read(String file, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    String text = Storage.text(path.getFileSystem(hadoop), path);
    if (text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[")) {
      return new ClassList(json(parsed(path, text)));
    }
    ClassList list =
        new ClassList(text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
    for (int c = 0; c < list.names.size(); c++) {
      String line = list.names.get(c);
      list.indexes.putIfAbsent(line.split("\\s+")[0], c);
    }
    return list;
  }

  private static JsonNode parsed(Path path, String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  path + ":" + e.getLocation().getLineNr(),
                  "classes",
                  "",
                  "is not JSON: " + e.getOriginalMessage(),
                  "correct it, or list a class a line")));
    }
  }

  private static List<String> json(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(name -> names.add(name.asText()));
      return names;
    }
    node.fieldNames().forEachRemaining(names::add);
    names.sort(Comparator.comparingInt(name -> node.get(name).asInt()));
    return names;
  }

  List<String> names() {
    return names;
  }

  Optional<Integer> index(String label) {
    return Optional.ofNullable(indexes.get(label));
  }
}
