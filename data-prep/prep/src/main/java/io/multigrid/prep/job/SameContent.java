package io.multigrid.prep.job;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.prep.decode.LocalCopy;
import io.multigrid.prep.report.SameFiles;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageInput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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

  /**
   * Leaks first, then by path.
   *
   * @param sources of the entries
   */
  List<SameFiles> find(List<CatalogueEntry> entries, SourceTable sources) {
    List<Candidate> candidates = candidates(entries, sources);
    if (candidates.isEmpty()) {
      return List.of();
    }
    int[] crcs = read(candidates);
    List<List<String>> same = new ArrayList<>();
    for (int first = 0, end; first < crcs.length; first = end) {
      end = first + 1;
      while (end < crcs.length && candidates.get(end).bytes() == candidates.get(first).bytes()) {
        end++;
      }
      ofOneLength(candidates, crcs, first, end, same);
    }
    Map<String, Set<Split>> splits = new HashMap<>();
    same.forEach(paths -> paths.forEach(path -> splits.put(path, new TreeSet<>())));
    for (CatalogueEntry entry : entries) {
      Set<Split> known = splits.get(entry.path());
      if (known != null) {
        known.add(entry.split());
      }
    }
    return same.stream()
        .map(paths -> group(paths, splits))
        .sorted(
            Comparator.comparing((SameFiles group) -> !group.leaks())
                .thenComparing(group -> group.paths().get(0)))
        .toList();
  }

  private static void ofOneLength(
      List<Candidate> candidates, int[] crcs, int first, int end, List<List<String>> same) {
    Map<Integer, List<String>> byCrc = new LinkedHashMap<>();
    for (int c = first; c < end; c++) {
      if (crcs[c] != UNREADABLE) {
        byCrc
            .computeIfAbsent(crcs[c], crc -> new ArrayList<>())
            .add(candidates.get(c).entry().path());
      }
    }
    byCrc.values().stream().filter(paths -> paths.size() > 1).forEach(same::add);
  }

  private static SameFiles group(List<String> paths, Map<String, Set<Split>> splits) {
    Set<Split> all = new TreeSet<>();
    paths.forEach(path -> all.addAll(splits.get(path)));
    return new SameFiles(paths.stream().sorted().toList(), all);
  }

  /** One an existing file of a length that another one has, by length, then by path. */
  private static List<Candidate> candidates(List<CatalogueEntry> entries, SourceTable sources) {
    long[] lengths =
        IntStream.range(0, entries.size()).mapToLong(sources::bytes).sorted().toArray();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      long bytes = sources.bytes(i);
      if (bytes > 0 && several(lengths, bytes)) {
        candidates.add(new Candidate(entries.get(i), bytes));
      }
    }
    candidates.sort(
        Comparator.comparingLong(Candidate::bytes).thenComparing(one -> one.entry().path()));
    return oneAFile(candidates);
  }

  private static boolean several(long[] sorted, long value) {
    int at = Arrays.binarySearch(sorted, value);
    return at > 0 && sorted[at - 1] == value || at + 1 < sorted.length && sorted[at + 1] == value;
  }

  /** Parts of a file are entries of their own. */
  private static List<Candidate> oneAFile(List<Candidate> sorted) {
    List<Candidate> files = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      String path = sorted.get(i).entry().path();
      if (i == 0 || !path.equals(sorted.get(i - 1).entry().path())) {
        files.add(sorted.get(i));
      }
    }
    return files;
  }

  private int[] read(List<Candidate> candidates) {
    String from = root;
    HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
    spark.setJobGroup("prep", "compare " + candidates.size() + " files of equal length", false);
    try {
      return spark
          .parallelize(candidates, 1 + candidates.size() / PER_TASK)
          .mapPartitions(
              part -> {
                Configuration configuration = hadoop.configuration();
                IntStream.Builder crcs = IntStream.builder();
                part.forEachRemaining(one -> crcs.add(crc(from, one, configuration)));
                return List.of(crcs.build().toArray()).iterator();
              })
          .collect()
          .stream()
          .flatMapToInt(Arrays::stream)
          .toArray();
    } finally {
      spark.clearJobGroup();
    }
  }

  /** A file that cannot be read is told of when it is to be decoded. */
  private static int crc(String root, Candidate candidate, Configuration hadoop) {
    Path file = LocalCopy.source(root, candidate.entry());
    try {
      FileSystem files = file.getFileSystem(hadoop);
      return crc(files, file, candidate.bytes());
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  private static int crc(FileSystem files, Path file, long bytes) throws IOException {
    long last = Math.max(0, bytes - BLOCK);
    byte[] block = new byte[(int) Math.min(BLOCK, bytes)];
    CRC32C crc = new CRC32C();
    try (StorageInput in = Storage.open(files, file)) {
      for (long offset : new long[] {0, last / 2, last}) {
        in.readFully(offset, block, block.length);
        crc.update(block);
      }
    }
    return (int) crc.getValue();
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
