package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** RGB24 frames of one size to JPEG images. */
final class MjpegEncoder extends PacketEncoder {
  private static final int BEST = 2;
  private static final int WORST = 31;

  private final int width;
  private final int height;

  MjpegEncoder(int width, int height, int quality) {
    super(open(width, height, lambda(quality)), "a JPEG image");
    this.width = width;
    this.height = height;
    frame.quality(lambda(quality));
  }

  /** JPEG's quantiser goes from 2 (best) to 31. */
  private static int lambda(int quality) {
    return FF_QP2LAMBDA * (BEST + (WORST - BEST) * (100 - quality) / 100);
  }

  private static AVCodecContext open(int width, int height, int lambda) {
    Ffmpeg.load();
    AVCodecContext context = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG));
    context.width(width);
    context.height(height);
    context.pix_fmt(AV_PIX_FMT_YUVJ420P);
    context.color_range(AVCOL_RANGE_JPEG);
    context.time_base(av_make_q(1, 25));
    context.thread_count(1);
    context.flags(context.flags() | AV_CODEC_FLAG_QSCALE);
    context.global_quality(lambda);
    int opened = avcodec_open2(context, null, (AVDictionary) null);
    if (opened < 0) {
      throw new ShardException(
          "no JPEG encoder for " + width + " x " + height + ": " + Ffmpeg.error(opened));
    }
    return context;
  }

  @Override
  public byte[] encode(byte[] rgb, int offset) {
    draw(rgb, offset);
    return packet();
  }

  @Override
  public byte[] encode(AVFrame decoded) {
    draw(decoded, width, height);
    return packet();
  }
}
