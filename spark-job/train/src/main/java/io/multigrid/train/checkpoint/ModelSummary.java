package io.multigrid.train.checkpoint;

import java.util.List;
import java.util.Locale;

/**
 * What a model file holds.
 *
 * @param numbers of all tensors
 */
public record ModelSummary(String path, int tensors, long numbers, List<String> classes) {
  public String text() {
    return String.format(
        Locale.ROOT, "%s: %d tensors, %,d numbers, classes %s", path, tensors, numbers, classes);
  }
}
