package io.multigrid.prep.catalogue;

import io.multigrid.config.Problem;
import io.multigrid.shard.Split;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lines of a path, which may hold spaces, and a label; the split stands in the file's name. */
final class PairRows {
  private PairRows() {}

  static boolean are(String line) {
    return line.strip().matches("\\S.*[ \\t]\\S+") && line.strip().matches(".*\\.\\w+[ \\t]+\\S+");
  }

  /**
   * @param first line, which was read already
   */
  static List<CatalogueRow> read(
      String first, BufferedReader in, String file, List<Problem> problems) throws IOException {
    List<CatalogueRow> rows = new ArrayList<>();
    Optional<Split> split = Splits.ofFile(JsonRows.name(file));
    int line = 0;
    for (String text = first; text != null; text = in.readLine()) {
      line++;
      String stripped = text.strip();
      String where = file + ":" + line;
      int space = Math.max(stripped.lastIndexOf(' '), stripped.lastIndexOf('\t'));
      if (stripped.isEmpty()) {
        continue;
      }
      if (space < 0) {
        problems.add(
            new Problem(where, "line", stripped, "must be a path and a label", "add the label"));
        continue;
      }
      String path = stripped.substring(0, space).strip();
      rows.add(CatalogueRow.of(where, path, stripped.substring(space + 1), split));
    }
    return rows;
  }
}
