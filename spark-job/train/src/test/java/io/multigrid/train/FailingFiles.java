package io.multigrid.train;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under a name of its own, which fails when it is told to; paths have no scheme. */
public final class FailingFiles extends FilterFileSystem {
  private static final URI NAME = URI.create("failing:///");
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** What somebody asks of a file. */
  public enum Call {
    OPEN,
    CREATE,
    LIST,
    STATUS,
    RENAME,
    DELETE
  }

  /** Something that happens instead. */
  private static final class Rule {
    private final Call call;
    private final String name;
    private final IOException failure;
    private int times;

    Rule(Call call, String name, IOException failure, int times) {
      this.call = call;
      this.name = name;
      this.failure = failure;
      this.times = times;
    }

    synchronized Optional<IOException> on(Call asked, Path path) {
      if (asked != call || !path.toString().contains(name) || times == 0) {
        return Optional.empty();
      }
      times--;
      return Optional.of(failure);
    }
  }

  private FailingFiles() {
    super(new RawLocalFileSystem());
  }

  public static FailingFiles create() throws IOException {
    FailingFiles files = new FailingFiles();
    files.initialize(URI.create("file:///"), new Configuration());
    return files;
  }

  /** Fails some calls whose path has a text in it. */
  public void fail(Call call, String name, int times, IOException failure) {
    rules.add(new Rule(call, name, failure, times));
  }

  /** From here on nothing fails. */
  public void recover() {
    rules.clear();
  }

  /** What was deleted, renamed and created. */
  public List<String> calls() {
    return new ArrayList<>(calls);
  }

  private void ask(Call call, Path path) throws IOException {
    for (Rule rule : rules) {
      Optional<IOException> failure = rule.on(call, path);
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
    calls.add(call + " " + path.getName());
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    ask(Call.OPEN, path);
    return super.open(path, buffer);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    ask(Call.CREATE, path);
    return super.create(path, permission, overwrite, buffer, replication, block, progress);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    ask(Call.LIST, path);
    return super.listStatus(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    ask(Call.STATUS, path);
    return super.getFileStatus(path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    ask(Call.RENAME, to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    ask(Call.DELETE, path);
    return super.delete(path, recursive);
  }
}
