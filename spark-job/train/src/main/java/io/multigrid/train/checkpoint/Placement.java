package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** How checkpoints come to their places, whenever a process ends on the way. */
record Placement(CheckpointList list) {
  private static final Pattern ASIDE = Pattern.compile("\\.(iteration-\\d{9,})\\.replaced");

  /** Writes a checkpoint: it is there, whole, or there is none and nothing is left of it. */
  void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer) throws IOException {
    tidy();
    Path path = list.path(checkpoint.iteration());
    Path temporary = Storage.temporary(path);
    try {
      new CheckpointFolder(list.files(), temporary).write(checkpoint, model, optimizer);
      replace(temporary, path);
    } catch (IOException | RuntimeException e) {
      abandon(temporary, e);
      throw e;
    }
  }

  private void abandon(Path temporary, Exception why) {
    try {
      Storage.delete(list.files(), temporary);
    } catch (IOException e) {
      why.addSuppressed(e); // the next one tidies up
    }
  }

  /** A folder cannot be renamed over another: an old one steps aside first. */
  private void replace(Path from, Path to) throws IOException {
    Path aside = new Path(list.folder(), "." + to.getName() + ".replaced");
    if (Storage.exists(list.files(), to)) {
      Storage.rename(list.files(), to, aside);
    }
    try {
      Storage.rename(list.files(), from, to);
      Storage.delete(list.files(), aside);
    } catch (IOException e) {
      putBack(e);
      throw e;
    }
  }

  private void putBack(IOException why) {
    try {
      tidy();
    } catch (IOException e) {
      why.addSuppressed(e); // the next one tidies up
    }
  }

  /** Puts back what stepped aside for something that did not come, and deletes what is half. */
  void tidy() throws IOException {
    Storage.sweep(list.files(), list.folder());
    for (FileStatus status : Storage.list(list.files(), list.folder())) {
      Matcher name = ASIDE.matcher(status.getPath().getName());
      if (name.matches()) {
        Path back = new Path(list.folder(), name.group(1));
        if (Storage.exists(list.files(), back)) {
          Storage.delete(list.files(), status.getPath());
        } else {
          Storage.rename(list.files(), status.getPath(), back);
        }
      }
    }
  }

  /**
   * Writes a checkpoint by other numbers and sets all others aside, whose numbers mean other
   * iterations.
   *
   * @return where the others are
   */
  Path renumber(Checkpoint renumbered, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    tidy();
    Path earlier = free("earlier-" + renumbered.reached().numbering().times());
    Storage.makeFolder(list.files(), earlier);
    // One of the same number must not be replaced. It is never the one that the run goes on from,
    // which stays until the new one is there.
    if (Storage.exists(list.files(), list.path(renumbered.iteration()))) {
      setAside(renumbered.iteration(), earlier);
    }
    write(renumbered, model, optimizer);
    // The oldest first: whoever is ended on the way goes on from the newest again, and repeats
    // this.
    for (Long iteration : list.iterations().stream().sorted().toList()) {
      if (iteration != renumbered.iteration()) {
        setAside(iteration, earlier);
      }
    }
    return earlier;
  }

  private Path free(String name) throws IOException {
    Path path = new Path(list.folder(), name);
    for (int n = 2; Storage.exists(list.files(), path); n++) {
      path = new Path(list.folder(), name + "-" + n);
    }
    return path;
  }

  private void setAside(long iteration, Path folder) throws IOException {
    Path path = list.path(iteration);
    Storage.rename(list.files(), path, new Path(folder, path.getName()));
  }
}
