package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import io.multigrid.prep.HdfsCluster;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real name node and real data nodes. */
class HdfsPrepIT {
  private static final int VIDEOS = 12;
  @TempDir static Path folder;
  private static HdfsCluster hdfs;
  private static JavaSparkContext spark;
  private static Configuration hadoop;
  private static Map<String, String> expected;

  @BeforeAll
  static void start() throws Exception {
    hdfs = HdfsCluster.start(folder.resolve("hdfs"));
    spark = PrepFixture.spark("hdfs prep");
    hadoop = spark.hadoopConfiguration();
    hadoop.setLong("dfs.blocksize", 1 << 20);
    hadoop.setInt("dfs.replication", 2);
    for (int v = 0; v < VIDEOS; v++) {
      PrepFixture.render(
          folder.resolve("videos/class" + v % 2 + "/" + v + ".mp4"), 64, 48, 30, 8 + v);
    }
    String videos = hdfs.folder("videos");
    FileSystem.get(java.net.URI.create(hdfs.uri()), hadoop)
        .copyFromLocalFile(
            new org.apache.hadoop.fs.Path(folder.resolve("videos").toUri()),
            new org.apache.hadoop.fs.Path(videos));
    String local = folder.resolve("local").toString();
    job(folder.resolve("videos").toString(), local).execute();
    expected = PrepFixture.content(local, hadoop);
    assertThat(expected).hasSize(VIDEOS * 3);
  }

  @AfterAll
  static void stop() throws Exception {
    spark.stop();
    hdfs.close();
  }

  @Test
  void fromHdfsToHdfsIsTheSameAsFromFolderToFolder() throws Exception {
    String out = hdfs.folder("same") + "/data";
    PrepResult result = job(hdfs.uri() + "/videos/videos", out).execute();
    assertThat(result.changes().prepared()).isEqualTo(VIDEOS);
    assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
    assertThat(Dataset.open(out, hadoop).verify(hadoop)).isEmpty();
    assertThat(job(hdfs.uri() + "/videos/videos", out).execute().changes().kept())
        .isEqualTo(VIDEOS);
  }

  @Test
  void aUsedUpSpaceQuotaLeavesNothingHalfWrittenAndSaysWhatToDo() throws Exception {
    String out = hdfs.folder("quota");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(out);
    // A block of 1 MiB on two nodes is charged in full while it is open: room for one, and for half
    // of the shards beside it, so that even one after the other they do not all fit.
    long shards = size(folder.resolve("local/shards"));
    long quota = 2 * (1 << 20) + shards;
    hdfs.administer(files -> files.setQuota(path, HdfsConstants.QUOTA_DONT_SET, quota));
    assertThatThrownBy(() -> local(out).execute())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Cannot write " + out + "/shards/")
        .hasMessageContaining("DiskSpace quota")
        .hasMessageContaining(
            "raise it (hdfs dfsadmin -setSpaceQuota) or free space, then run again");
    assertThatThrownBy(() -> Dataset.open(out, hadoop)).isInstanceOf(FileNotFoundException.class);
    // A part that was finished before the quota was used up stays, and is used by the next run.
    assertThat(HdfsCluster.names(path.getFileSystem(hadoop), out))
        .noneMatch(name -> name.startsWith("manifest"));
    hdfs.administer(
        files -> files.setQuota(path, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET));
    local(out).execute();
    assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
  }

  @Test
  void aUsedUpQuotaOfNamesIsSaid() throws Exception {
    String out = hdfs.folder("names");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(out);
    hdfs.administer(files -> files.setQuota(path, 3, HdfsConstants.QUOTA_DONT_SET));
    assertThatThrownBy(() -> local(out).execute())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("NameSpace quota")
        .hasMessageContaining("raise it (hdfs dfsadmin -setQuota)");
  }

  @Test
  void safeModeIsSaid() throws Exception {
    String out = hdfs.folder("safe");
    hdfs.administer(files -> files.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_ENTER));
    try {
      assertThatThrownBy(() -> local(out).execute())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("Cannot write " + out)
          .hasMessageContaining("wait until it leaves (hdfs dfsadmin -safemode wait)");
    } finally {
      hdfs.administer(files -> files.setSafeMode(HdfsConstants.SafeModeAction.SAFEMODE_LEAVE));
    }
    local(out).execute();
    assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
  }

  @Test
  void aDeniedPermissionIsSaid() throws Exception {
    String out = hdfs.uri() + "/closed";
    hdfs.administer(
        files -> {
          files.mkdirs(new org.apache.hadoop.fs.Path("/closed"));
          files.setPermission(
              new org.apache.hadoop.fs.Path("/closed"), new FsPermission((short) 0755));
        });
    assertThatThrownBy(() -> local(out).execute())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("--out = " + out + ": the user ")
        .hasMessageContaining(" may not write into the folder " + out)
        .hasMessageContaining("hdfs dfs -chmod");
  }

  @Test
  void aDataNodeThatDiesInTheMiddleCostsNothing() throws Exception {
    String out = hdfs.folder("dying");
    boolean[] stopped = new boolean[1];
    Consumer<PrepProgress> killer =
        progress -> {
          try {
            if (!stopped[0]) {
              stopped[0] = true;
              hdfs.stopDataNode(0);
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    try {
      PrepResult result = job(hdfs.uri() + "/videos/videos", out).onProgress(killer).execute();
      assertThat(stopped[0]).isTrue();
      assertThat(result.quarantined()).isEmpty();
      assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
      assertThat(Dataset.open(out, hadoop).verify(hadoop)).isEmpty();
    } finally {
      hdfs.startDataNode();
    }
  }

  @Test
  void withoutAnyDataNodeItSaysSoAndTheNextRunFinishes() throws Exception {
    String out = hdfs.folder("dead");
    hdfs.stopDataNode(1);
    hdfs.stopDataNode(0);
    try {
      assertThatThrownBy(() -> local(out).execute())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("Cannot write " + out)
          .hasMessageContaining("no data node can take or give its blocks")
          .hasMessageContaining("hdfs dfsadmin -report");
    } finally {
      hdfs.startDataNode();
      hdfs.startDataNode();
    }
    local(out).execute();
    assertThat(PrepFixture.content(out, hadoop)).isEqualTo(expected);
  }

  private static long size(Path shards) throws IOException {
    try (Stream<Path> files = Files.walk(shards)) {
      return files
          .filter(file -> file.toString().endsWith(".mgs"))
          .mapToLong(f -> f.toFile().length())
          .sum();
    }
  }

  private static PrepJob local(String out) throws IOException {
    return job(folder.resolve("videos").toString(), out);
  }

  private static PrepJob job(String videos, String out) throws IOException {
    Catalogue catalogue = Catalogue.read(videos, 0.2, hadoop);
    PrepSettings settings =
        PrepSettings.from(PrepFixture.settings().with("prep.videos-per-shard", 2));
    return new PrepJob(spark, settings, catalogue, videos, out);
  }

  @Test
  void nobodyAtTheAddressIsSaid() throws Exception {
    Configuration impatient = new Configuration(hadoop);
    impatient.setInt("ipc.client.connect.max.retries", 1);
    List<String> problem = new java.util.ArrayList<>();
    try {
      Dataset.open("hdfs://127.0.0.1:1/data", impatient);
    } catch (StorageException e) {
      problem.add(e.getMessage());
    }
    assertThat(problem).hasSize(1);
    assertThat(problem.get(0))
        .contains("Cannot read hdfs://127.0.0.1:1/data/manifest.json")
        .contains("nobody answers there: check the host and port of the URI");
  }
}
