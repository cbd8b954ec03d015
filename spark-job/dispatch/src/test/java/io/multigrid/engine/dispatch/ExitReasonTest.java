package io.multigrid.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExitReasonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Command exited with code 3",
        "Command exited with code 52",
        "Container from a bad node: container_1_0001_01_000002 on host: a. Exit status: 3. Diagnostics: [x]",
        "\nThe executor with id 1 exited with exit code 3(unexpected).\n"
      })
  void knowsAFullHeap(String reason) {
    assertThat(ExitReason.outOfHeap(reason)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Command exited with code 137",
        "Command exited with code 33",
        "worker lost: 10.0.0.3:34567 got disassociated",
        "Container killed on request. Exit code is 143",
        "Exit status: 134. Diagnostics: code 3"
      })
  void takesNothingElseForOne(String reason) {
    assertThat(ExitReason.outOfHeap(reason)).isFalse();
  }
}
