package io.multigrid.prep.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Cuts the work into parts and runs one Spark task for each. */
final class PartRunner {
  private final JavaSparkContext spark;
  private final String description;
  private final int videosPerShard;

  PartRunner(JavaSparkContext spark, String description, int videosPerShard) {
    this.spark = spark;
    this.description = description;
    this.videosPerShard = videosPerShard;
  }

  /** Runs on executors. */
  private interface Work
      extends Function2<TaskContext, Iterator<List<Todo>>, Part.Done>, Serializable {}

  List<Part.Done> run(PrepTask task, List<Todo> todo, long start, Consumer<PrepProgress> progress) {
    List<List<Todo>> cut = cut(todo);
    JavaRDD<List<Todo>> rdd = spark.parallelize(cut, cut.size());
    rdd.setName("videos to decode");
    List<Part.Done> parts = new ArrayList<>(Collections.nCopies(cut.size(), null));
    Totals totals = new Totals(todo.size(), start);
    Work work = (context, iterator) -> run(task, iterator.next());
    List<Object> partitions = new ArrayList<>();
    for (int p = 0; p < cut.size(); p++) {
      partitions.add(p);
    }
    Seq<Object> all =
        scala.collection.JavaConverters.asScalaBufferConverter(partitions).asScala().toSeq();
    spark.setJobGroup("prep", description, true);
    try {
      // Unlike collect(), this hands every part over as soon as it is finished.
      spark
          .sc()
          .runJob(
              rdd.rdd(),
              work,
              all,
              (Object index, Part.Done part) -> {
                parts.set((Integer) index, part);
                progress.accept(totals.add(part));
                return BoxedUnit.UNIT;
              },
              ClassTag$.MODULE$.<Part.Done>apply(Part.Done.class));
    } finally {
      spark.clearJobGroup();
    }
    return parts;
  }

  private static Part.Done run(PrepTask task, List<Todo> todo) {
    try {
      return task.run(todo);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was cancelled", e);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Shuffled, so that long folders and hard videos do not end up together. */
  private List<List<Todo>> cut(List<Todo> todo) {
    List<Todo> shuffled = new ArrayList<>(todo);
    Collections.shuffle(shuffled, new Random(1));
    int parts =
        Math.max(
            Math.min(todo.size(), 2 * spark.defaultParallelism()),
            (todo.size() + videosPerShard - 1) / videosPerShard);
    List<List<Todo>> cut = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      int from = (int) ((long) todo.size() * p / parts);
      int to = (int) ((long) todo.size() * (p + 1) / parts);
      cut.add(new ArrayList<>(shuffled.subList(from, to)));
    }
    return cut;
  }

  /** What has been done so far; parts arrive one after the other. */
  private static final class Totals {
    private final int videos;
    private final long start;
    private int done;
    private int quarantined;
    private long frames;
    private long bytes;

    Totals(int videos, long start) {
      this.videos = videos;
      this.start = start;
    }

    PrepProgress add(Part.Done part) {
      done += part.videos() + part.quarantined();
      quarantined += part.quarantined();
      frames += part.frames();
      bytes += part.sourceBytes();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new PrepProgress(videos, done, quarantined, frames, bytes, seconds);
    }
  }
}
