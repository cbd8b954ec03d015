package io.multigrid.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which lines stay when a run goes on. */
class ContinuationTest {
  private static final List<String> LINES =
      List.of(
          iteration(0),
          iteration(1),
          evaluation(2),
          iteration(2),
          iteration(3),
          "{\"event\":\"resume\",\"iteration\":1,\"numbering\":1}",
          iteration(1),
          evaluation(2),
          iteration(2),
          "{\"event\":\"iter");

  private static String iteration(long number) {
    return "{\"event\":\"iteration\",\"iteration\":" + number + "}";
  }

  private static String evaluation(long iterations) {
    return "{\"event\":\"evaluation\",\"iteration\":" + iterations + "}";
  }

  private static List<String> kept(Continuation continuation) {
    return LINES.stream().filter(continuation::keeps).toList();
  }

  @Test
  void byTheFirstNumbersLaterIterationsAndLaterNumbersGo() {
    assertThat(kept(new Continuation(0, 0, 2, true))).isEqualTo(LINES.subList(0, 3));
    assertThat(kept(new Continuation(0, 0, 2, false))).isEqualTo(LINES.subList(0, 2));
  }

  /** After four iterations by the first numbers, one was done by the second ones. */
  @Test
  void byTheSecondNumbersWhatWasDoneByTheFirstStays() {
    assertThat(kept(new Continuation(1, 4, 2, true))).isEqualTo(LINES.subList(0, 8));
  }

  /** The run ended between writing its checkpoint by the new numbers and the event. */
  @Test
  void whatCameAfterTheCheckpointByTheNumbersBeforeGoes() {
    List<String> before = LINES.subList(0, 5);
    Continuation continuation = new Continuation(1, 3, 1, false);
    assertThat(before.stream().filter(continuation::keeps).toList())
        .isEqualTo(before.subList(0, 4));
  }
}
