package io.multigrid.prep.job;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.prep.report.SameFiles;
import io.multigrid.shard.Source;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Finds files that are the same under several names: of one length, with the same bytes at their
 * beginning, middle and end. Only files of a length that another one has are opened.
 */
public final class SameContent {
  private static final int BLOCK = 1 << 16;
  private static final int PER_TASK = 200;
  private static final int UNREADABLE = 0;

  private final JavaSparkContext spark;
  private final String root;

  SameContent(JavaSparkContext spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  private record Candidate(CatalogueEntry entry, long bytes) implements Serializable {}

  private record Key(long bytes, int crc) {}

  /**
   * Leaks first, then by path.
   *
   * @param sources of the entries, in their order
   */
  List<SameFiles> find(List<CatalogueEntry> entries, List<Optional<Source>> sources) {
    List<Candidate> candidates = candidates(entries, sources);
    if (candidates.isEmpty()) {
      return List.of();
    }
    List<Integer> crcs = read(candidates);
    Map<Key, List<String>> same = new LinkedHashMap<>();
    for (int c = 0; c < candidates.size(); c++) {
      if (crcs.get(c) != UNREADABLE) {
        Candidate candidate = candidates.get(c);
        same.computeIfAbsent(new Key(candidate.bytes(), crcs.get(c)), k -> new ArrayList<>())
            .add(candidate.entry().path());
      }
    }
    Map<String, Set<Split>> splits = new HashMap<>();
    entries.forEach(e -> splits.computeIfAbsent(e.path(), path -> new TreeSet<>()).add(e.split()));
    return same.values().stream()
        .filter(paths -> paths.size() > 1)
        .map(paths -> group(paths, splits))
        .sorted(
            Comparator.comparing((SameFiles group) -> !group.leaks())
                .thenComparing(group -> group.paths().get(0)))
        .toList();
  }

  private static SameFiles group(List<String> paths, Map<String, Set<Split>> splits) {
    Set<Split> all = new TreeSet<>();
    paths.forEach(path -> all.addAll(splits.get(path)));
    return new SameFiles(paths.stream().sorted().toList(), all);
  }

  private static List<Candidate> candidates(
      List<CatalogueEntry> entries, List<Optional<Source>> sources) {
    Map<Long, Map<String, Candidate>> byLength = new TreeMap<>();
    for (int i = 0; i < entries.size(); i++) {
      CatalogueEntry entry = entries.get(i);
      sources
          .get(i)
          .filter(source -> source.bytes() > 0)
          .ifPresent(
              source ->
                  byLength
                      .computeIfAbsent(source.bytes(), bytes -> new LinkedHashMap<>())
                      .putIfAbsent(entry.path(), new Candidate(entry, source.bytes())));
    }
    return byLength.values().stream()
        .filter(files -> files.size() > 1)
        .flatMap(files -> files.values().stream())
        .toList();
  }

  private List<Integer> read(List<Candidate> candidates) {
    String from = root;
    HashMap<String, String> hadoop = Sources.values(spark.hadoopConfiguration());
    spark.setJobGroup("prep", "compare " + candidates.size() + " files of equal length", false);
    try {
      return spark
          .parallelize(candidates, 1 + candidates.size() / PER_TASK)
          .mapPartitions(
              part -> {
                Configuration configuration = PrepTask.configuration(hadoop);
                List<Integer> crcs = new ArrayList<>();
                part.forEachRemaining(one -> crcs.add(crc(from, one, configuration)));
                return crcs.iterator();
              })
          .collect();
    } finally {
      spark.clearJobGroup();
    }
  }

  /** A file that cannot be read is told of when it is to be decoded. */
  private static int crc(String root, Candidate candidate, Configuration configuration) {
    Path file = LocalCopy.source(root, candidate.entry());
    long last = Math.max(0, candidate.bytes() - BLOCK);
    byte[] block = new byte[(int) Math.min(BLOCK, candidate.bytes())];
    CRC32C crc = new CRC32C();
    try (FSDataInputStream in = file.getFileSystem(configuration).open(file)) {
      for (long offset : new long[] {0, last / 2, last}) {
        in.readFully(offset, block);
        crc.update(block);
      }
      return (int) crc.getValue();
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  /**
   * @throws ConfigurationException with a problem for each group
   */
  static void refuse(String root, List<SameFiles> groups) {
    if (!groups.isEmpty()) {
      throw new ConfigurationException(
          groups.stream()
              .map(
                  group ->
                      new Problem(
                          root,
                          "prep.same-content",
                          "refuse",
                          group.text(),
                          "leave all but one out, or set prep.same-content = report"))
              .toList());
    }
  }
}
