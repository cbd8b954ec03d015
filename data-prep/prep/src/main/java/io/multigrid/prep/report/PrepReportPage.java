package io.multigrid.prep.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** {@code report.html}: what {@code report.json} says, for people, with a contact sheet a grid. */
public final class PrepReportPage {
  private static final String STYLE =
      """
      <style>
      body { font: 14px sans-serif; margin: 2em auto; max-width: 70em; color: #222 }
      table { border-collapse: collapse; margin: 0 0 1.5em } td, th { padding: 2px 10px; text-align: right }
      td:first-child, th:first-child { text-align: left } .bar { background: #4a78b5; height: 10px }
      img { max-width: 100%; border: 1px solid #ccc } .bad { color: #a00 }
      .columns { display: flex; flex-wrap: wrap; gap: 2em }
      </style>
      """;
  private static final int TOLD = 200;

  private final StringBuilder page = new StringBuilder();

  private PrepReportPage() {}

  public static String of(
      String name,
      JsonNode report,
      List<Quarantined> quarantined,
      Optional<Dataset> data,
      Configuration hadoop)
      throws IOException {
    PrepReportPage page = new PrepReportPage();
    page.head(name, report);
    page.page.append("<div class=\"columns\">");
    page.counts("Splits", report.path("splits"));
    page.counts("Codecs", report.path("codecs"));
    page.counts("Pixel formats", report.path("pixelFormats"));
    page.counts("Sizes, upright", report.path("sizes"));
    page.counts("Frames a second", report.path("frameRates"));
    page.counts("Bytes of each grid", report.path("bytesByGrid"));
    page.counts("Left out, by reason", report.path("reasons"));
    page.page.append("</div>");
    page.classes(report.path("classes"));
    page.same(report.path("sameContent"));
    page.quarantine(quarantined);
    if (data.isPresent()) {
      page.sheets(data.get(), hadoop);
    }
    return page.page.append("</body></html>\n").toString();
  }

  private void head(String name, JsonNode report) {
    page.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(text(name))
        .append("</title>")
        .append(STYLE)
        .append("</head><body><h1>")
        .append(text(name))
        .append("</h1><p>");
    JsonNode changes = report.path("changes");
    page.append(
        text(
            String.format(
                Locale.ROOT,
                "%d videos in the catalogue, %d left out. %d kept, %d finished by an earlier run, %d decoded in %.1f s, %d removed.",
                report.path("videos").asInt(),
                report.path("quarantined").asInt(),
                changes.path("kept").asInt(),
                changes.path("resumed").asInt(),
                changes.path("prepared").asInt(),
                report.path("seconds").asDouble(),
                changes.path("removed").asInt())));
    page.append("</p>");
    if (report.path("revision").isMissingNode()) {
      page.append("<p class=\"bad\">Nothing was committed: too many videos are left out.</p>");
    } else {
      page.append("<p>Revision ").append(report.path("revision").asInt()).append(".</p>");
    }
    JsonNode durations = report.path("durationSeconds");
    if (durations.has("total")) {
      page.append("<p>")
          .append(
              text(
                  String.format(
                      Locale.ROOT,
                      "%.2f hours of video; shortest %.2f s, median %.2f s, 95 %% up to %.2f s, longest %.2f s. %d videos made the decoder complain.",
                      durations.path("total").asDouble() / 3600,
                      durations.path("least").asDouble(),
                      durations.path("median").asDouble(),
                      durations.path("percentile95").asDouble(),
                      durations.path("greatest").asDouble(),
                      report.path("withDecoderMessages").asInt())))
          .append("</p>");
    }
  }

  private void counts(String title, JsonNode counts) {
    if (counts.isEmpty()) {
      return;
    }
    long most = 1;
    for (JsonNode value : counts) {
      most = Math.max(most, value.asLong());
    }
    page.append("<div><h2>").append(text(title)).append("</h2><table>");
    for (var entry : counts.properties()) {
      page.append("<tr><td>")
          .append(text(entry.getKey()))
          .append("</td><td>")
          .append(String.format(Locale.ROOT, "%,d", entry.getValue().asLong()))
          .append("</td><td><div class=\"bar\" style=\"width:")
          .append(120 * entry.getValue().asLong() / most)
          .append("px\"></div></td></tr>");
    }
    page.append("</table></div>");
  }

  private void classes(JsonNode classes) {
    page.append(
        "<h2>Classes</h2><table><tr><th></th><th>train</th><th>validation</th><th>test</th>");
    for (var entry : classes.properties()) {
      page.append("<tr><td>").append(text(entry.getKey()));
      for (String split : List.of("train", "validation", "test")) {
        page.append("</td><td>").append(entry.getValue().path(split).asInt());
      }
      page.append("</td></tr>");
    }
    page.append("</table>");
  }

  private void same(JsonNode groups) {
    if (groups.isEmpty()) {
      return;
    }
    page.append("<h2>The same content</h2><table><tr><th>videos</th><th>splits</th></tr>");
    int told = 0;
    for (JsonNode group : groups) {
      if (told++ == TOLD) {
        break;
      }
      page.append("<tr><td>").append(text(joined(group.path("paths"))));
      page.append(group.path("splits").size() > 1 ? "</td><td class=\"bad\">" : "</td><td>");
      page.append(text(joined(group.path("splits")))).append("</td></tr>");
    }
    page.append("</table>");
    if (groups.size() > TOLD) {
      page.append("<p>").append(groups.size() - TOLD).append(" more are in report.json.</p>");
    }
  }

  private static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(text -> all.add(text.asText()));
    return String.join(", ", all);
  }

  private void quarantine(List<Quarantined> quarantined) {
    if (quarantined.isEmpty()) {
      return;
    }
    page.append("<h2>Left out</h2><table><tr><th>video</th><th>reason</th><th>detail</th></tr>");
    for (Quarantined one : quarantined.subList(0, Math.min(TOLD, quarantined.size()))) {
      page.append("<tr><td>")
          .append(text(one.path()))
          .append("</td><td>")
          .append(one.reason())
          .append("</td><td>")
          .append(text(one.detail()))
          .append("</td></tr>");
    }
    page.append("</table>");
    if (quarantined.size() > TOLD) {
      page.append("<p>").append(quarantined.size() - TOLD);
      page.append(" more are in quarantine.jsonl.</p>");
    }
  }

  private void sheets(Dataset data, Configuration hadoop) throws IOException {
    ContactSheet sheet = new ContactSheet(data, hadoop);
    for (StoredGrid grid : data.grids()) {
      byte[] jpeg = ContactSheet.bytes(sheet.draw(grid), "jpg");
      page.append("<h2>").append(text(grid.name())).append("</h2><img alt=\"contact sheet of ");
      page.append(text(grid.name())).append("\" src=\"data:image/jpeg;base64,");
      page.append(Base64.getEncoder().encodeToString(jpeg)).append("\">");
    }
  }

  private static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
