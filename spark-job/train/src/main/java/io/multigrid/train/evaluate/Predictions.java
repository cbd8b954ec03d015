package io.multigrid.train.evaluate;

import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a model says of the videos of a split, as a table of one row a video: path, labels, the
 * best-scored class, and the score of every class.
 */
public record Predictions(Dataset data, Split split, List<Prediction> rows) {

  /**
   * @param uri a folder for Parquet if it ends in .parquet, else a CSV file
   */
  public void write(JavaSparkContext spark, String uri) throws IOException {
    if (uri.endsWith(".parquet")) {
      parquet(spark, uri);
      return;
    }
    Path file = new Path(uri);
    FileSystem files = file.getFileSystem(spark.hadoopConfiguration());
    Storage.write(files, file, csv());
  }

  String csv() {
    StringBuilder text = new StringBuilder("path,labels,predicted");
    data.classes().forEach(name -> text.append(',').append(quoted("score " + name)));
    text.append('\n');
    for (Prediction row : rows) {
      text.append(quoted(data.video(split, row.video()).path())).append(',');
      text.append(quoted(String.join(";", names(row.labels())))).append(',');
      text.append(quoted(data.classes().get(row.best())));
      for (float score : row.scores()) {
        text.append(',').append(score);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private void parquet(JavaSparkContext spark, String uri) {
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType)
            .add("labels", DataTypes.createArrayType(DataTypes.StringType))
            .add("predicted", DataTypes.StringType)
            .add("scores", DataTypes.createArrayType(DataTypes.FloatType));
    List<Row> table = new ArrayList<>();
    for (Prediction row : rows) {
      List<Float> scores = new ArrayList<>();
      for (float score : row.scores()) {
        scores.add(score);
      }
      table.add(
          RowFactory.create(
              data.video(split, row.video()).path(),
              names(row.labels()),
              data.classes().get(row.best()),
              scores));
    }
    SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(table, schema)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(uri);
  }

  private List<String> names(int[] labels) {
    return Arrays.stream(labels).mapToObj(data.classes()::get).toList();
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
