package io.multigrid.prep.job;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Videos in the order of their paths, however many there are: what does not fit into a run of
 * {@link #run} videos is sorted into files in the machine's temporary folder, which are merged when
 * they are read.
 */
final class SortedVideos implements Iterable<StoredVideo>, AutoCloseable {
  private static final int RUN = 100_000;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Comparator<StoredVideo> ORDER = Comparator.comparing(StoredVideo::path);

  private final int run;
  private final List<StoredVideo> latest = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private int size;

  SortedVideos() {
    this(RUN);
  }

  SortedVideos(int run) {
    this.run = run;
  }

  void add(StoredVideo video) {
    latest.add(video);
    size++;
    if (latest.size() == run) {
      spill();
    }
  }

  int size() {
    return size;
  }

  private void spill() {
    latest.sort(ORDER);
    try {
      Path file = Files.createTempFile("multigrid-videos", ".json.gz");
      files.add(file);
      try (OutputStream out = new Fast(Files.newOutputStream(file))) {
        for (StoredVideo video : latest) {
          out.write(JSON.writeValueAsBytes(video));
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot sort "
              + size
              + " videos in "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage()
              + "; make room there, or set -Djava.io.tmpdir to another folder",
          e);
    }
    latest.clear();
  }

  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  @Override
  public Iterator<StoredVideo> iterator() {
    latest.sort(ORDER);
    return files.isEmpty() ? latest.iterator() : new Merge();
  }

  /** The next video of a sorted run. */
  private record Head(StoredVideo video, Iterator<StoredVideo> rest) {}

  private final class Merge implements Iterator<StoredVideo> {
    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(Comparator.comparing(Head::video, ORDER));

    Merge() {
      advance(latest.iterator());
      files.forEach(file -> advance(open(file)));
    }

    private void advance(Iterator<StoredVideo> run) {
      if (run.hasNext()) {
        heads.add(new Head(run.next(), run));
      }
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public StoredVideo next() {
      if (heads.isEmpty()) {
        throw new NoSuchElementException();
      }
      Head head = heads.remove();
      advance(head.rest());
      return head.video();
    }
  }

  /** Closes its file at its end. */
  private static MappingIterator<StoredVideo> open(Path file) {
    try {
      InputStream in = new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES);
      return JSON.readerFor(StoredVideo.class).readValues(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
