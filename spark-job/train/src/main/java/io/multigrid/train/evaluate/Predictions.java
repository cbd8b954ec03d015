package io.multigrid.train.evaluate;

import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a model says of the videos of a split, as a table of one row a video: path, labels, the
 * best-scored class, and the score of every class. Damaged videos have none.
 */
public final class Predictions {
  /** Of scores that come to the driver at once. */
  private static final int PIECE_BYTES = 32 << 20;

  private static final int ROW_BYTES = 100;

  private final Dataset data;
  private final Split split;
  private final HadoopSettings hadoop;
  private final JavaRDD<Scored> scored;

  /**
   * @param scored in the order of the videos
   */
  Predictions(Dataset data, Split split, HadoopSettings hadoop, JavaRDD<Scored> scored) {
    this.data = data;
    this.split = split;
    this.hadoop = hadoop;
    this.scored = scored;
  }

  JavaRDD<Scored> scored() {
    return scored;
  }

  /**
   * @param uri a folder for Parquet, which executors write, if it ends in .parquet, else a CSV
   *     file, which the driver writes
   */
  public void write(JavaSparkContext spark, String uri) throws IOException {
    if (uri.endsWith(".parquet")) {
      parquet(spark, uri);
      return;
    }
    Path file = new Path(uri);
    FileSystem files = file.getFileSystem(spark.hadoopConfiguration());
    Storage.write(files, file, this::csv);
  }

  private void csv(OutputStream out) throws IOException {
    StringBuilder text = new StringBuilder("path,labels,predicted");
    data.classes().forEach(name -> text.append(',').append(quoted("score " + name)));
    text.append('\n');
    int most = Math.max(1, PIECE_BYTES / (ROW_BYTES + Float.BYTES * data.classes().size()));
    for (int partition = 0; partition < scored.getNumPartitions(); partition++) {
      int rows = most;
      for (int first = 0; rows == most; first += most) {
        List<Scored> piece = piece(partition, first, most);
        rows = piece.size();
        for (Scored video : piece) {
          row(text, video);
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
          text.setLength(0);
        }
      }
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<Scored> piece(int partition, int first, int most) {
    return scored.mapPartitions(videos -> piece(videos, first, most))
        .collectPartitions(new int[] {partition})[0];
  }

  private static Iterator<Scored> piece(Iterator<Scored> videos, int first, int most) {
    for (int i = 0; i < first && videos.hasNext(); i++) {
      videos.next();
    }
    List<Scored> piece = new ArrayList<>();
    while (piece.size() < most && videos.hasNext()) {
      piece.add(videos.next());
    }
    return piece.iterator();
  }

  private void row(StringBuilder text, Scored video) {
    if (video.damaged()) {
      return;
    }
    Prediction row = video.prediction();
    text.append(quoted(data.video(split, row.video()).path())).append(',');
    text.append(quoted(String.join(";", names(data, row.labels())))).append(',');
    text.append(quoted(data.classes().get(row.best())));
    for (float score : row.scores()) {
      text.append(',').append(score);
    }
    text.append('\n');
  }

  private void parquet(JavaSparkContext spark, String uri) {
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType)
            .add("labels", DataTypes.createArrayType(DataTypes.StringType))
            .add("predicted", DataTypes.StringType)
            .add("scores", DataTypes.createArrayType(DataTypes.FloatType));
    Dataset handle = data;
    Split of = split;
    HadoopSettings settings = hadoop;
    JavaRDD<Row> rows =
        scored
            .filter(video -> !video.damaged())
            .mapPartitions(
                videos -> {
                  Dataset here = handle.opened(settings.configuration());
                  return new Rows(here, of, videos);
                });
    SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(rows, schema)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(uri);
  }

  private record Rows(Dataset data, Split split, Iterator<Scored> videos) implements Iterator<Row> {
    @Override
    public boolean hasNext() {
      return videos.hasNext();
    }

    @Override
    public Row next() {
      Prediction row = videos.next().prediction();
      return RowFactory.create(
          data.video(split, row.video()).path(),
          names(data, row.labels()).toArray(),
          data.classes().get(row.best()),
          row.scores());
    }
  }

  private static List<String> names(Dataset data, int[] labels) {
    return Arrays.stream(labels).mapToObj(data.classes()::get).toList();
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
