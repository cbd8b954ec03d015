package io.multigrid.prep.catalogue;

import io.multigrid.shard.Split;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names that catalogues have for splits. */
final class Splits {
  private static final Map<String, Split> NAMES =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "val", Split.VALIDATION,
          "validate", Split.VALIDATION,
          "validation", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST);

  private Splits() {}

  static Optional<Split> of(String name) {
    return Optional.ofNullable(NAMES.get(name.strip().toLowerCase(Locale.ROOT)));
  }

  /** What a file's name says, as in {@code kinetics_val.csv}. */
  static Optional<Split> ofFile(String file) {
    String stem = file.replaceFirst("\\.[^.]*$", "");
    Optional<Split> found = Optional.empty();
    for (String word : stem.split("[^A-Za-z]+")) {
      found = found.isPresent() ? found : of(word);
    }
    return found;
  }
}
