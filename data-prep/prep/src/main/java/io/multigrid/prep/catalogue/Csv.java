package io.multigrid.prep.catalogue;

import java.util.ArrayList;
import java.util.List;

/** One line of CSV (RFC 4180, without line breaks inside fields). */
final class Csv {
  private Csv() {}

  static List<String> fields(String line, char separator) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c != '\uFEFF') {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
