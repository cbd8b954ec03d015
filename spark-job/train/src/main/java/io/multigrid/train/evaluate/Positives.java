package io.multigrid.train.evaluate;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/** Labels of videos, each with the score that its class has: 12 bytes a label. */
final class Positives implements Serializable {
  private static final long serialVersionUID = 1;

  private int[] labels = new int[16];
  private float[] scores = new float[16];
  private int[] videos = new int[16];
  private int size;

  void add(int label, float score, int video) {
    reserve(1);
    labels[size] = label;
    scores[size] = score;
    videos[size] = video;
    size++;
  }

  void add(Positives other) {
    reserve(other.size);
    System.arraycopy(other.labels, 0, labels, size, other.size);
    System.arraycopy(other.scores, 0, scores, size, other.size);
    System.arraycopy(other.videos, 0, videos, size, other.size);
    size += other.size;
  }

  private void reserve(int more) {
    if (labels.length - size < more) {
      resize(Math.max(size + more, size + (size >> 1)));
    }
  }

  private void resize(int capacity) {
    labels = Arrays.copyOf(labels, capacity);
    scores = Arrays.copyOf(scores, capacity);
    videos = Arrays.copyOf(videos, capacity);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    resize(size);
    out.defaultWriteObject();
  }

  int size() {
    return size;
  }

  Ranking ranking(int classes) {
    int[] counts = new int[classes];
    for (int i = 0; i < size; i++) {
      counts[labels[i]]++;
    }
    long[][] order = new long[classes][];
    for (int c = 0; c < classes; c++) {
      order[c] = new long[counts[c]];
    }
    for (int i = 0; i < size; i++) {
      order[labels[i]][--counts[labels[i]]] = Ranking.place(scores[i], videos[i]);
    }
    for (long[] one : order) {
      Arrays.sort(one);
    }
    return new Ranking(order);
  }
}
