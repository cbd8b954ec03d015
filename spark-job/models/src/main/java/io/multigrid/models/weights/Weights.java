package io.multigrid.models.weights;

import io.multigrid.models.Network;
import io.multigrid.models.NonFinite;
import io.multigrid.networks.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's weights laid out for a network. Two-dimensional kernels, and kernels of one frame,
 * are spread evenly over time. A head for another number of classes keeps its initial values.
 *
 * @param inflated parameters that were spread over time
 * @param initial parameters of the head that keep their initial values
 * @param missing what the network has and the checkpoint has not
 * @param unexpected what the checkpoint has and the network has not, under the checkpoint's names
 * @param misshapen what has another shape, with both
 */
public record Weights(
    float[] parameters,
    float[] statistics,
    List<String> inflated,
    List<String> initial,
    List<String> missing,
    List<String> unexpected,
    List<String> misshapen) {

  /**
   * @param network whose present values stand where the checkpoint has none
   * @throws IOException if the file cannot be read, or what the network takes of it is not finite
   */
  public static Weights of(WeightsFile checkpoint, Network network) throws IOException {
    Map<String, String> theirs = new LinkedHashMap<>();
    for (String name : checkpoint.tensors().keySet()) {
      if (!Names.bookkeeping(name)) {
        theirs.put(Names.of(name), name);
      }
    }
    Weights found =
        new Weights(
            network.weights(),
            network.statistics(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    List<String> broken = new ArrayList<>();
    Source source = new Source(checkpoint, theirs, broken);
    found.take(source, network.parameters(), found.parameters);
    found.take(source, network.statisticsTensors(), found.statistics);
    if (!broken.isEmpty()) {
      throw new IOException(NonFinite.refusal(checkpoint.name(), broken));
    }
    found.unexpected.addAll(theirs.values());
    return found;
  }

  /**
   * A checkpoint while it is laid out.
   *
   * @param names of tensors that nothing has been found for, by the network's
   * @param broken what is not finite, in words
   */
  private record Source(WeightsFile file, Map<String, String> names, List<String> broken) {
    float[] values(String name, StoredTensor stored) throws IOException {
      float[] values = stored.values();
      NonFinite.in(name, stored.shape(), values).ifPresent(broken::add);
      return values;
    }
  }

  /** Whether every parameter was found, but for a head of other classes. */
  public boolean complete() {
    return missing.isEmpty() && misshapen.isEmpty();
  }

  /** Everything that did not fit, in words; empty if all did. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    note(notes, "missing", missing);
    note(notes, "of another shape", misshapen);
    note(notes, "unexpected", unexpected);
    note(notes, "initialised anew for other classes", initial);
    return notes;
  }

  private static void note(List<String> notes, String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add(names.size() + " " + what + ": " + String.join(", ", names));
    }
  }

  private void take(Source source, List<TensorInfo> infos, float[] flat) throws IOException {
    int at = 0;
    for (TensorInfo info : infos) {
      String name = source.names().remove(info.name());
      if (name == null) {
        missing.add(info.name());
      } else {
        StoredTensor stored = source.file().tensors().get(name);
        long[] shape = stored.shape();
        if (sameButForOnes(shape, info.shape())) {
          System.arraycopy(source.values(name, stored), 0, flat, at, info.count());
        } else if (inflatable(shape, info.shape())) {
          inflate(source.values(name, stored), info, flat, at);
          inflated.add(info.name());
        } else if (info.name().startsWith("head.") && otherClasses(shape, info.shape())) {
          initial.add(info.name());
        } else {
          misshapen.add(
              "%s %s, needed %s"
                  .formatted(name, Arrays.toString(shape), Arrays.toString(info.shape())));
        }
      }
      at += info.count();
    }
  }

  /** [400, 2048, 1, 1, 1] is [400, 2048]. */
  private static boolean sameButForOnes(long[] theirs, long[] ours) {
    if (theirs.length < ours.length) {
      return false;
    }
    for (int i = 0; i < theirs.length; i++) {
      if (theirs[i] != (i < ours.length ? ours[i] : 1)) {
        return false;
      }
    }
    return true;
  }

  /** Ours is out x in x T x h x w, theirs out x in x h x w, or has a single frame. */
  private static boolean inflatable(long[] theirs, long[] ours) {
    boolean flat = theirs.length == 4;
    if (ours.length != 5 || !(flat || (theirs.length == 5 && theirs[2] == 1))) {
      return false;
    }
    int space = flat ? 2 : 3;
    return theirs[0] == ours[0]
        && theirs[1] == ours[1]
        && theirs[space] == ours[3]
        && theirs[space + 1] == ours[4];
  }

  private static void inflate(float[] values, TensorInfo info, float[] flat, int at) {
    long[] shape = info.shape();
    int frames = (int) shape[2];
    int area = (int) (shape[3] * shape[4]);
    for (int i = 0; i < info.count(); i++) {
      int plane = i / (frames * area);
      flat[at + i] = values[plane * area + i % area] / frames;
    }
  }

  private static boolean otherClasses(long[] theirs, long[] ours) {
    long[] same = theirs.clone();
    if (same.length > 0) {
      same[0] = ours[0];
    }
    return sameButForOnes(same, ours);
  }
}
