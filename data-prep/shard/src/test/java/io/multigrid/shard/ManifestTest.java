package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class ManifestTest {
  /** Java writes the digits of the user's language unless it is told not to. */
  @Test
  void namesAreTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(1)).isEqualTo("\u0661");
      assertThat(Manifest.file(1)).isEqualTo("manifests/manifest-000001.json");
    } finally {
      Locale.setDefault(before);
    }
  }
}
