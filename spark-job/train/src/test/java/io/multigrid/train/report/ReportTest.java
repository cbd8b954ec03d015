package io.multigrid.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  @TempDir Path folder;

  @Test
  void aPageThatStandsOnItsOwnTellsWhatHappened() throws Exception {
    Run run = read(metrics());
    assertThat(run.iterations()).isEqualTo(60);
    assertThat(run.scores()).hasSize(2);

    String html =
        Report.html(
            "A <run>",
            "What happened",
            List.of(run),
            List.of(new Report.Result("one", 0.875, 12.5, 60)),
            new Report.Confusion("one", List.of("a & b", "c"), new long[][] {{3, 1}, {0, 4}}));

    Document page = parsed(html);
    assertThat(html).doesNotContain("http://", "https://", "NaN", "Infinity", "<script");
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("A <run>");
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(texts(page, "text")).contains("clips a batch", "8–16", "seconds", "accuracy, %");
    assertThat(texts(page, "td")).contains("87.5 %", "a & b", "10.0 %", "80.0 %");
  }

  /** Letter for letter. */
  @Test
  void thePageOfAShortRun() throws Exception {
    String html =
        Report.html(
            "A <run>",
            "What happened",
            List.of(read(metrics())),
            List.of(new Report.Result("one", 0.875, 12.5, 60)),
            new Report.Confusion("one", List.of("a & b", "c"), new long[][] {{3, 1}, {0, 4}}));
    assertThat(html).isEqualTo(Files.readString(Path.of("src/test/resources/golden/report.html")));
  }

  @Test
  void aRunThatWasCutOffAtOnceIsAPageToo() throws Exception {
    Run run = read("{\"event\":\"iteration\",\"iterati");
    assertThat(run.iterations()).isZero();
    String html =
        Report.html(
            "Empty",
            "",
            List.of(run),
            List.of(),
            new Report.Confusion("one", List.of("a"), new long[][] {{0}}));
    assertThat(parsed(html).getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(html).doesNotContain("NaN", "Infinity");
  }

  @ParameterizedTest
  @CsvSource({
    "100, 20",
    "95, 20",
    "113.5, 20",
    "2.41, 0.5",
    "40, 10",
    "39, 5",
    "8, 2",
    "0.004, 0.001"
  })
  void ticksAreRound(double max, double step) {
    assertThat(Plot.tickStep(max)).isCloseTo(step, org.assertj.core.api.Assertions.within(1e-9));
  }

  private static String metrics() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"event\":\"iteration\",\"iteration\":%d,\"epoch\":%d,\"stage\":%d,\"batch\":%d,\"frames\":4,"
                  + "\"crop\":32,\"learningRate\":0.1,\"loss\":%.3f,\"accuracy\":0.5,\"waitSeconds\":0.1,"
                  + "\"computeSeconds\":0.8,\"syncSeconds\":0.1,\"elapsedSeconds\":%d}%n",
              i,
              i / 20,
              i / 30,
              i % 2 == 0 ? 8 : 16,
              2 - i / 60.0,
              i + 1));
      if (i == 29) {
        lines.append("{\"event\":\"resume\",\"iteration\":30}\n");
        lines.append(
            "{\"event\":\"damage\",\"iteration\":30,\"path\":\"a.mp4\",\"detail\":\"x\"}\n");
      }
      if (i % 30 == 29) {
        lines.append(
            "{\"event\":\"evaluation\",\"iteration\":1,\"elapsedSeconds\":%d,\"top1\":0.5}%n"
                .formatted(i));
      }
    }
    return lines.toString();
  }

  private Run read(String metrics) throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.jsonl"), metrics);
    return RunReader.read(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(file.toUri()),
        "one");
  }

  private static Document parsed(String html) throws Exception {
    String xml = html.replaceFirst("<!DOCTYPE html>", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    return java.util.stream.IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }
}
