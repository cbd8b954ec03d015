package io.multigrid.prep;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.ListedVideo;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Storage;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What a preparation came to, as {@code report.json}. */
final class PrepReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final Path dataset;

  PrepReport(FileSystem files, Path dataset) {
    this.files = files;
    this.dataset = dataset;
  }

  void write(PrepResult result, List<ListedVideo> videos, List<String> classes) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("videos", result.videos());
    report.put("quarantined", result.quarantined().size());
    report.put("decodedFrames", result.decodedFrames());
    report.put("seconds", result.seconds());
    ObjectNode reasons = report.putObject("reasons");
    for (Reason reason : Reason.values()) {
      long count = result.quarantined().stream().filter(q -> q.reason() == reason).count();
      if (count > 0) {
        reasons.put(reason.name(), count);
      }
    }
    result
        .manifest()
        .ifPresent(
            manifest -> {
              report.put("revision", manifest.revision());
              ObjectNode grids = report.putObject("bytesByGrid");
              for (Manifest.Grid grid : manifest.grids()) {
                grids.put(
                    grid.stored().name(), grid.shards().stream().mapToLong(ShardInfo::bytes).sum());
              }
            });
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report);
    Storage.write(files, new Path(dataset, "report.json"), json);
  }
}
