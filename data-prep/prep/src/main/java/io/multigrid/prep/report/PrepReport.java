package io.multigrid.prep.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What a preparation came to, as {@code report.json} has it. */
public final class PrepReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_KINDS = 50;

  private PrepReport() {}

  public static ObjectNode of(PrepResult result, List<StoredVideo> videos, List<String> classes) {
    ObjectNode report = JSON.createObjectNode();
    report.put("videos", result.videos());
    report.put("quarantined", result.quarantined().size());
    report.put("decodedFrames", result.decodedFrames());
    report.put("seconds", result.seconds());
    ObjectNode changes = report.putObject("changes");
    changes.put("kept", result.changes().kept());
    changes.put("resumed", result.changes().resumed());
    changes.put("prepared", result.changes().prepared());
    changes.put("removed", result.changes().removed());
    counts(report.putObject("reasons"), result.quarantined(), one -> one.reason().name());
    same(report.putArray("sameContent"), result.sameContent());
    durations(report.putObject("durationSeconds"), videos);
    List<StoredVideo> known = videos.stream().filter(video -> video.facts() != null).toList();
    counts(report.putObject("frameRates"), known, v -> rate(v.facts().fps()));
    counts(report.putObject("sizes"), known, v -> v.facts().width() + "x" + v.facts().height());
    counts(report.putObject("codecs"), known, v -> v.facts().codec());
    counts(report.putObject("pixelFormats"), known, v -> v.facts().pixelFormat());
    report.put(
        "withDecoderMessages", known.stream().filter(v -> !v.facts().notes().isEmpty()).count());
    counts(report.putObject("splits"), videos, v -> v.split().text());
    classes(report.putObject("classes"), videos, classes);
    report.put("sourceBytes", videos.stream().mapToLong(v -> v.source().bytes()).sum());
    result.manifest().ifPresent(manifest -> grids(report, manifest));
    return report;
  }

  private static void same(ArrayNode node, List<SameFiles> groups) {
    for (SameFiles group : groups) {
      ObjectNode one = node.addObject();
      group.paths().forEach(one.putArray("paths")::add);
      group.splits().forEach(split -> one.withArray("splits").add(split.text()));
    }
  }

  private static void durations(ObjectNode node, List<StoredVideo> videos) {
    double[] sorted = videos.stream().mapToDouble(StoredVideo::durationSeconds).sorted().toArray();
    if (sorted.length == 0) {
      return;
    }
    node.put("total", java.util.Arrays.stream(sorted).sum());
    node.put("least", sorted[0]);
    node.put("median", sorted[sorted.length / 2]);
    node.put("percentile95", sorted[Math.min(sorted.length - 1, sorted.length * 95 / 100)]);
    node.put("greatest", sorted[sorted.length - 1]);
  }

  private static String rate(double fps) {
    return String.format(Locale.ROOT, "%.2f", fps);
  }

  /** How many there are of each kind; the most frequent ones if there are many kinds. */
  private static <T> void counts(ObjectNode node, List<T> all, Function<T, String> kind) {
    Map<String, Integer> counts = new TreeMap<>();
    all.forEach(one -> counts.merge(kind.apply(one), 1, Integer::sum));
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_KINDS)
        .forEach(entry -> node.put(entry.getKey(), entry.getValue()));
    int rest = counts.size() - MOST_KINDS;
    if (rest > 0) {
      node.put("(" + rest + " more kinds)", all.size() - sum(node));
    }
  }

  private static int sum(ObjectNode node) {
    int sum = 0;
    for (var value : node) {
      sum += value.asInt();
    }
    return sum;
  }

  private static void classes(ObjectNode node, List<StoredVideo> videos, List<String> classes) {
    int[][] counts = new int[classes.size()][Split.values().length];
    for (StoredVideo video : videos) {
      video.labels().forEach(l -> counts[l.label()][video.split().ordinal()]++);
    }
    for (int c = 0; c < classes.size(); c++) {
      ObjectNode one = node.putObject(classes.get(c));
      for (Split split : Split.values()) {
        one.put(split.text(), counts[c][split.ordinal()]);
      }
    }
  }

  private static void grids(ObjectNode report, Manifest manifest) {
    report.put("revision", manifest.revision());
    ObjectNode grids = report.putObject("bytesByGrid");
    for (Manifest.Grid grid : manifest.grids()) {
      grids.put(grid.stored().name(), grid.shards().stream().mapToLong(ShardInfo::bytes).sum());
    }
  }
}
