package io.multigrid.prep.report;

import io.multigrid.shard.Split;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Files that are the same under several names.
 *
 * @param paths of the same content, at least two
 * @param splits that they are in
 */
public record SameFiles(List<String> paths, Set<Split> splits) {
  /** Whether training and evaluation would see the same video. */
  public boolean leaks() {
    return splits.size() > 1;
  }

  /** For people. */
  public String text() {
    return "the same content: %s%s"
        .formatted(
            String.join(", ", paths),
            leaks()
                ? ", which are in "
                    + splits.stream().map(Split::text).collect(Collectors.joining(" and "))
                : "");
  }
}
