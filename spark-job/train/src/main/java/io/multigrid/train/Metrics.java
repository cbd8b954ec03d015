package io.multigrid.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.engine.IterationReport;
import io.multigrid.schedules.Iteration;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes {@code metrics.jsonl}: one object an iteration and one an evaluation, told apart by {@code
 * "event"}. Seconds are of training alone in {@code elapsedSeconds}: evaluations do not count.
 */
final class Metrics implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final BufferedWriter out;

  Metrics(FileSystem files, Path file) throws IOException {
    out =
        new BufferedWriter(
            new OutputStreamWriter(files.create(file, true), StandardCharsets.UTF_8));
  }

  void iteration(Iteration iteration, IterationReport report, double elapsedSeconds)
      throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("event", "iteration");
    line.put("iteration", iteration.index());
    line.put("epoch", iteration.epoch());
    line.put("stage", iteration.stage());
    line.put("batch", iteration.batch());
    line.put("frames", iteration.frames());
    line.put("crop", iteration.crop());
    line.put("learningRate", iteration.learningRate());
    line.put("loss", report.loss());
    line.put("accuracy", report.correct() / (double) report.clips());
    line.put("clipsPerSecond", report.clips() / report.seconds());
    line.put("seconds", report.seconds());
    line.put("waitSeconds", report.waitSeconds());
    line.put("computeSeconds", report.computeSeconds());
    line.put("syncSeconds", report.syncSeconds());
    line.put("elapsedSeconds", elapsedSeconds);
    write(line);
  }

  void evaluation(long iteration, int epoch, double elapsedSeconds, Evaluation result)
      throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("event", "evaluation");
    line.put("iteration", iteration);
    line.put("epoch", epoch);
    line.put("elapsedSeconds", elapsedSeconds);
    line.put("seconds", result.seconds());
    line.put("videos", result.videos());
    line.put("top1", result.top1());
    line.put("top5", result.top5());
    line.put("loss", result.loss());
    write(line);
    out.flush();
  }

  private void write(ObjectNode line) throws IOException {
    out.write(JSON.writeValueAsString(line));
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
