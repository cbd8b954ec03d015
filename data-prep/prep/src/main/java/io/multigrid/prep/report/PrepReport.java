package io.multigrid.prep.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoFacts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** What a preparation came to, as {@code report.json} has it. */
public final class PrepReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_KINDS = 50;

  private PrepReport() {}

  /**
   * @param videos all that are stored; they are looked at once
   */
  public static ObjectNode of(
      PrepResult result, Iterable<StoredVideo> videos, List<String> classes) {
    Facts facts = new Facts(classes.size());
    videos.forEach(facts::add);
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
    Map<String, Integer> reasons = new TreeMap<>();
    result.quarantined().forEach(one -> reasons.merge(one.reason().name(), 1, Integer::sum));
    counts(report.putObject("reasons"), reasons);
    same(report.putArray("sameContent"), result.sameContent());
    durations(report.putObject("durationSeconds"), facts.durations.build().sorted().toArray());
    counts(report.putObject("frameRates"), facts.rates);
    counts(report.putObject("sizes"), facts.sizes);
    counts(report.putObject("codecs"), facts.codecs);
    counts(report.putObject("pixelFormats"), facts.pixelFormats);
    report.put("withDecoderMessages", facts.withMessages);
    counts(report.putObject("splits"), facts.splits);
    classes(report.putObject("classes"), facts.labels, classes);
    report.put("sourceBytes", facts.sourceBytes);
    result.manifest().ifPresent(manifest -> grids(report, manifest));
    return report;
  }

  /** What is counted over all videos. */
  private static final class Facts {
    final DoubleStream.Builder durations = DoubleStream.builder();
    final Map<String, Integer> rates = new TreeMap<>();
    final Map<String, Integer> sizes = new TreeMap<>();
    final Map<String, Integer> codecs = new TreeMap<>();
    final Map<String, Integer> pixelFormats = new TreeMap<>();
    final Map<String, Integer> splits = new TreeMap<>();
    final int[][] labels;
    int withMessages;
    long sourceBytes;

    Facts(int classes) {
      labels = new int[classes][Split.values().length];
    }

    void add(StoredVideo video) {
      durations.add(video.durationSeconds());
      splits.merge(video.split().text(), 1, Integer::sum);
      video.labels().forEach(l -> labels[l.label()][video.split().ordinal()]++);
      sourceBytes += video.source().bytes();
      VideoFacts facts = video.facts();
      if (facts != null) {
        rates.merge(rate(facts.fps()), 1, Integer::sum);
        sizes.merge(facts.width() + "x" + facts.height(), 1, Integer::sum);
        codecs.merge(facts.codec(), 1, Integer::sum);
        pixelFormats.merge(facts.pixelFormat(), 1, Integer::sum);
        withMessages += facts.notes().isEmpty() ? 0 : 1;
      }
    }
  }

  private static void same(ArrayNode node, List<SameFiles> groups) {
    for (SameFiles group : groups) {
      ObjectNode one = node.addObject();
      group.paths().forEach(one.putArray("paths")::add);
      group.splits().forEach(split -> one.withArray("splits").add(split.text()));
    }
  }

  private static void durations(ObjectNode node, double[] sorted) {
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
  private static void counts(ObjectNode node, Map<String, Integer> counts) {
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_KINDS)
        .forEach(entry -> node.put(entry.getKey(), entry.getValue()));
    int rest = counts.size() - MOST_KINDS;
    if (rest > 0) {
      int all = counts.values().stream().mapToInt(Integer::intValue).sum();
      node.put("(" + rest + " more kinds)", all - sum(node));
    }
  }

  private static int sum(ObjectNode node) {
    int sum = 0;
    for (var value : node) {
      sum += value.asInt();
    }
    return sum;
  }

  private static void classes(ObjectNode node, int[][] counts, List<String> classes) {
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
