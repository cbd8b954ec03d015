package io.multigrid.models;

/**
 * What a batch should be taken for.
 *
 * @param sets the classes of each clip
 */
record Labels(int[][] sets, int classes) {
  Labels {
    for (int[] set : sets) {
      for (int label : set) {
        if (label < 0 || label >= classes) {
          throw new IllegalArgumentException(
              "label " + label + " of a network of " + classes + " classes");
        }
      }
    }
  }

  static Labels of(ClipBatch batch, int classes) {
    return new Labels(batch.labelSets(), classes);
  }

  int clips() {
    return sets.length;
  }

  /** 1 for every class of a clip, 0 for all others: clips x classes. */
  float[] hot() {
    float[] hot = new float[sets.length * classes];
    for (int i = 0; i < sets.length; i++) {
      for (int label : sets[i]) {
        hot[i * classes + label] = 1;
      }
    }
    return hot;
  }

  /** Clips whose highest logit is that of a label. */
  int correct(float[] logits) {
    int correct = 0;
    for (int i = 0; i < sets.length; i++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits[i * classes + c] > logits[i * classes + best] ? c : best;
      }
      for (int label : sets[i]) {
        correct += label == best ? 1 : 0;
      }
    }
    return correct;
  }
}
