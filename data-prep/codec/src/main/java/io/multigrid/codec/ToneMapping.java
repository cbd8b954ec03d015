package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/**
 * Brings frames of high dynamic range to the standard one, BT.709, by swscale's perceptual intent;
 * shown as they are, they would come out dark and grey. Not thread-safe.
 */
final class ToneMapping implements AutoCloseable {
  /** What a frame that does not say was mastered for, nits; taken for PQ's 10,000, all is dark. */
  private static final int USUAL_PEAK = 1000;

  private SwsContext context;
  private AVFrame standard;

  /** Whether a frame's transfer function is SMPTE ST 2084 (PQ) or ARIB STD-B67 (HLG). */
  private static boolean isHigh(AVFrame frame) {
    return frame.color_trc() == AVCOL_TRC_SMPTE2084 || frame.color_trc() == AVCOL_TRC_ARIB_STD_B67;
  }

  /**
   * The frame itself if its range is standard; otherwise the same in RGB24 of a width and height,
   * until the next call.
   */
  AVFrame standard(AVFrame frame, int width, int height) {
    if (!isHigh(frame)) {
      return frame;
    }
    if (context == null) {
      context = sws_alloc_context();
      context.flags(SWS_BILINEAR | SWS_ACCURATE_RND);
      context.intent(SWS_INTENT_PERCEPTUAL);
      standard = av_frame_alloc();
    }
    if (standard.width() != width || standard.height() != height) {
      av_frame_unref(standard);
      standard.width(width);
      standard.height(height);
      standard.format(AV_PIX_FMT_RGB24);
      standard.colorspace(AVCOL_SPC_RGB);
      standard.color_range(AVCOL_RANGE_JPEG);
      standard.color_primaries(AVCOL_PRI_BT709);
      standard.color_trc(AVCOL_TRC_BT709);
      av_frame_get_buffer(standard, 0);
    }
    if (frame.color_trc() == AVCOL_TRC_SMPTE2084
        && av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA) == null) {
      AVMasteringDisplayMetadata mastered = av_mastering_display_metadata_create_side_data(frame);
      mastered.min_luminance(av_make_q(0, 1));
      mastered.max_luminance(av_make_q(USUAL_PEAK, 1));
      mastered.has_luminance(1);
    }
    int scaled = sws_scale_frame(context, standard, frame);
    if (scaled < 0) {
      throw new IllegalStateException(
          "no conversion of high dynamic range at %s x %s to %s x %s: %s"
              .formatted(frame.width(), frame.height(), width, height, Ffmpeg.error(scaled)));
    }
    return standard;
  }

  @Override
  public void close() {
    if (context != null) {
      sws_free_context(context);
      av_frame_free(standard);
      context = null;
    }
  }
}
