package io.multigrid.prep;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Turns decoded frames into RGB24 of some size. Not thread-safe. */
final class Picture implements AutoCloseable {
  private SwsContext context;
  private BytePointer pixels = new BytePointer(64);
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);

  /** Scales a frame into height x width x 3 bytes at an offset. */
  void rgb(AVFrame frame, int width, int height, byte[] into, int offset) {
    context =
        sws_getCachedContext(
            context,
            frame.width(),
            frame.height(),
            frame.format(),
            width,
            height,
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    if (context == null) {
      throw new IllegalStateException(
          "no conversion from pixel format %d at %d x %d to RGB at %d x %d"
              .formatted(frame.format(), frame.width(), frame.height(), width, height));
    }
    int stride = (width * 3 + 31) / 32 * 32;
    long bytes = (long) stride * height + 64;
    if (pixels.capacity() < bytes) {
      pixels.close();
      pixels = new BytePointer(bytes);
    }
    planes.put(0, pixels);
    strides.put(0, stride);
    sws_scale(context, frame.data(), frame.linesize(), 0, frame.height(), planes, strides);
    for (int y = 0; y < height; y++) {
      pixels.position((long) y * stride).get(into, offset + y * width * 3, width * 3);
    }
    pixels.position(0);
  }

  @Override
  public void close() {
    sws_freeContext(context);
    pixels.close();
    planes.close();
    strides.close();
  }
}
