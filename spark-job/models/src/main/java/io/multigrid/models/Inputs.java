package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.from_blob;
import static org.bytedeco.pytorch.global.torch.index_select;

import io.multigrid.networks.Model;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From the pixels of clips to what the pathways take, slow first: clips x 3 x T x S x S. */
record Inputs(Model model, TensorOptions options) {

  List<Tensor> of(ClipBatch batch) {
    return of(pixels(batch));
  }

  /** A view of the clips' pixels, uint8, where they lie. */
  Tensor pixels(ClipBatch b) {
    long[] shape = {b.clips(), 3, b.frames(), b.crop(), b.crop()};
    return from_blob(new BytePointer(b.pixels()), shape, new TensorOptions(ScalarType.Byte));
  }

  /** uint8 to (x / 255 - 0.45) / 0.225. Bytes travel to the device, where they become floats. */
  List<Tensor> of(Tensor pixels) {
    Tensor x = pixels.to(options.device(), ScalarType.Byte).to(ScalarType.Float).contiguous();
    return pathways(
        x.mul_(new Scalar(1 / (255 * Network.DEVIATION)))
            .sub_(new Scalar(Network.MEAN / Network.DEVIATION)));
  }

  /** The slow pathway sees T / alpha frames, spread evenly from the first to the last. */
  List<Tensor> pathways(Tensor x) {
    if (!model.hasFast()) {
      return List.of(x);
    }
    long[] frames = slowFrames((int) x.size(2), model.fast().alpha());
    Tensor index = Tensor.create(frames).to(x.device(), ScalarType.Long);
    return List.of(index_select(x, 2, index), x);
  }

  /** linspace(0, T - 1, T / alpha), cut to whole frames. */
  static long[] slowFrames(int frames, int alpha) {
    int count = frames / alpha;
    long[] chosen = new long[count];
    for (int i = 1; i < count; i++) {
      chosen[i] = (long) i * (frames - 1) / (count - 1);
    }
    return chosen;
  }
}
