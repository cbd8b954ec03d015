package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Turns decoded frames into RGB24 or JPEG's YCbCr of some size. Colours follow the frame's own
 * matrix and range; where it names none, BT.601. High dynamic range (SMPTE ST 2084 or hybrid
 * log-gamma) is brought to the standard one first. Not thread-safe.
 */
public final class Picture implements AutoCloseable {
  private static final int NEUTRAL = 1 << 16;

  /**
   * swscale writes eight pixels at a time, and leaves out the last ones where a row has no room.
   */
  private static final int ROW_PIXELS = 32;

  private final ToneMapping tones = new ToneMapping();
  private SwsContext context;
  private Layout layout;
  private BytePointer pixels = new BytePointer(64);
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);

  private record Layout(
      int width,
      int height,
      int format,
      int matrix,
      boolean full,
      int toWidth,
      int toHeight,
      int toFormat) {}

  /** Scales a frame into height x width x 3 bytes at an offset. */
  public void rgb(AVFrame decoded, int width, int height, byte[] into, int offset) {
    AVFrame frame = tones.standard(decoded, width, height);
    prepare(frame, width, height, AV_PIX_FMT_RGB24);
    int stride = (width + ROW_PIXELS - 1) / ROW_PIXELS * ROW_PIXELS * 3;
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

  /** Scales a frame into one of 4:2:0, full range, BT.601, at its top and left. */
  void jpeg(AVFrame decoded, AVFrame into, int width, int height) {
    AVFrame frame = tones.standard(decoded, width, height);
    prepare(frame, width, height, AV_PIX_FMT_YUVJ420P);
    sws_scale(
        context, frame.data(), frame.linesize(), 0, frame.height(), into.data(), into.linesize());
  }

  private void prepare(AVFrame frame, int width, int height, int format) {
    boolean full = full(frame);
    Layout wanted =
        new Layout(
            frame.width(),
            frame.height(),
            frame.format(),
            frame.colorspace(),
            full,
            width,
            height,
            format);
    if (wanted.equals(layout)) {
      return;
    }
    free();
    context =
        sws_getContext(
            frame.width(),
            frame.height(),
            frame.format(),
            width,
            height,
            format,
            // Without it, swscale's fast path leaves the last column of an odd width unwritten.
            width % 2 == 0 ? SWS_BILINEAR : SWS_BILINEAR | SWS_ACCURATE_RND,
            null,
            null,
            (DoublePointer) null);
    if (context == null) {
      throw new IllegalStateException(
          "no conversion from pixel format %s at %s x %s to %s x %s"
              .formatted(frame.format(), frame.width(), frame.height(), width, height));
    }
    layout = wanted;
    sws_setColorspaceDetails(
        context,
        sws_getCoefficients(matrix(frame.colorspace())),
        full ? 1 : 0,
        sws_getCoefficients(SWS_CS_ITU601),
        1,
        0,
        NEUTRAL,
        NEUTRAL);
  }

  /** Grey pictures have the full range unless they say otherwise; others only if they say so. */
  private static boolean full(AVFrame frame) {
    return switch (frame.format()) {
      case AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P ->
          true;
      case AV_PIX_FMT_GRAY8, AV_PIX_FMT_GRAY10LE, AV_PIX_FMT_GRAY12LE, AV_PIX_FMT_GRAY16LE ->
          frame.color_range() != AVCOL_RANGE_MPEG;
      default -> frame.color_range() == AVCOL_RANGE_JPEG;
    };
  }

  private static int matrix(int colorspace) {
    return switch (colorspace) {
      case AVCOL_SPC_BT709 -> SWS_CS_ITU709;
      case AVCOL_SPC_SMPTE240M -> SWS_CS_SMPTE240M;
      case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL -> SWS_CS_BT2020;
      default -> SWS_CS_ITU601;
    };
  }

  /** Native pointers stay as they are when what they point to is freed. */
  private void free() {
    sws_freeContext(context);
    context = null;
    layout = null;
  }

  @Override
  public void close() {
    free();
    tones.close();
    pixels.close();
    planes.close();
    strides.close();
  }
}
