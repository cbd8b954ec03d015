package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Other programs read {@code model.json}: its names, order and form stay as they are. */
class ModelCardTest {
  @Test
  void isThisText() throws IOException {
    Recipe recipe =
        Recipe.from(
            TinyData.settings(
                "clip.frames=8",
                "model.name=i3d",
                "model.temporal-kernels=[5,3,[3,1],[3,1],[1,3]]",
                "model.nonlocal.blocks=[[3,0]]",
                "model.loss=sigmoid",
                "model.label-smoothing=0.1"));
    assertThat(new ModelCard(recipe, List.of("a", "b")).json())
        .isEqualTo(
            """
            {
              "weights" : "model.safetensors",
              "architecture" : {
                "name" : "i3d",
                "width" : 4,
                "classes" : 2,
                "blocks" : [ 1, 1, 1, 1 ],
                "blockKind" : "BOTTLENECK",
                "temporalKernels" : [ [ 5 ], [ 3 ], [ 3, 1 ], [ 3, 1 ], [ 1, 3 ] ],
                "temporalPool" : 2,
                "fast" : {
                  "alpha" : 4,
                  "betaInv" : 8,
                  "ratio" : 2,
                  "kernel" : 7
                },
                "nonLocal" : {
                  "places" : [ [ 3, 0 ] ],
                  "pairing" : "SOFTMAX",
                  "pool" : 2
                },
                "dropout" : 0.5,
                "zeroInitFinalBn" : true,
                "loss" : {
                  "kind" : "SIGMOID",
                  "smoothing" : 0.1
                },
                "compute" : {
                  "precision" : "FLOAT32",
                  "layout" : "CHANNELS_FIRST",
                  "keep" : "EVERYTHING"
                }
              },
              "parameters" : 39110,
              "classes" : [ "a", "b" ],
              "clip" : {
                "frames" : 8,
                "stride" : 1,
                "crop" : 32,
                "fps" : 10.0,
                "layout" : "clips x 3 (red, green, blue) x frames x height x width"
              },
              "normalisation" : {
                "scale" : 255,
                "mean" : 0.45,
                "deviation" : 0.225
              }
            }
            """);
  }
}
