package io.multigrid.prep;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * A real name node and two real data nodes in a process of their own on 127.0.0.1, run by a user
 * {@code hdfs}; the tests' own user is an ordinary one there.
 */
public final class HdfsCluster implements AutoCloseable {
  private static final String SUPERUSER = "hdfs";

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final String uri;

  private HdfsCluster(Process process, BufferedReader answers, String uri) {
    this.process = process;
    this.answers = answers;
    this.commands = process.outputWriter();
    this.uri = uri;
  }

  public static HdfsCluster start(Path folder) throws IOException {
    Files.createDirectories(folder);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            module().resolve("target/hdfs") + "/*",
            module().resolve("src/test/hdfs/HdfsMain.java").toString(),
            folder.toString());
    builder.environment().put("HADOOP_USER_NAME", SUPERUSER);
    builder.redirectError(folder.resolve("hdfs.log").toFile());
    Process process = builder.start();
    BufferedReader answers = process.inputReader();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("READY ")) {
        return new HdfsCluster(process, answers, line.substring(6));
      }
    }
    process.destroyForcibly();
    throw new IOException("HDFS did not start:\n" + Files.readString(folder.resolve("hdfs.log")));
  }

  private static Path module() {
    Path at = Path.of("").toAbsolutePath();
    while (Files.notExists(at.resolve("data-prep/prep/pom.xml"))) {
      at = at.getParent();
    }
    return at.resolve("data-prep/prep");
  }

  /** Without a slash at its end. */
  public String uri() {
    return uri;
  }

  /** Ends a data node. */
  public void stopDataNode(int index) throws IOException {
    command("stop " + index);
  }

  /** Starts the data node that was stopped last. */
  public void startDataNode() throws IOException {
    command("start");
  }

  /** Ends the name node; nobody answers at its address. */
  public void stopNameNode() throws IOException {
    command("stop-name-node");
  }

  /** Starts the name node again at its address, and waits until it has left safe mode. */
  public void startNameNode() throws IOException {
    command("start-name-node");
  }

  private void command(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.equals("OK")) {
        return;
      }
    }
    throw new IOException("HDFS is gone");
  }

  public interface Administration {
    void accept(DistributedFileSystem files) throws IOException;
  }

  /** Does something as the superuser. */
  public void administer(Administration work) throws IOException, InterruptedException {
    UserGroupInformation.createRemoteUser(SUPERUSER)
        .doAs(
            (PrivilegedExceptionAction<Void>)
                () -> {
                  try (FileSystem files =
                      FileSystem.newInstance(java.net.URI.create(uri), new Configuration())) {
                    work.accept((DistributedFileSystem) files);
                  }
                  return null;
                });
  }

  /** Every folder below that a test may use as its own. */
  public String folder(String name) throws IOException, InterruptedException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/" + name);
    administer(
        files -> {
          files.mkdirs(path);
          files.setOwner(path, UserGroupInformation.getLoginUser().getShortUserName(), "tests");
        });
    return uri + path;
  }

  /** Ends the process that it started. */
  @Override
  public void close() throws Exception {
    commands.close();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  public static List<String> names(FileSystem files, String folder) throws IOException {
    List<String> names = new java.util.ArrayList<>();
    var all = files.listFiles(new org.apache.hadoop.fs.Path(folder), true);
    while (all.hasNext()) {
      names.add(all.next().getPath().getName());
    }
    return names;
  }
}
