package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** RGB24 frames of one size to H.264 access units, at a constant quantiser. */
final class H264Encoder extends PacketEncoder {
  private static final long BITS_PER_PIXEL_AND_SECOND = 200;
  private static final long MOST_BITS_PER_SECOND = 100_000_000;
  private static final int BEST = 12;
  private static final int WORST = 45;

  private final int width;
  private final int height;
  private final int codedWidth;
  private final int codedHeight;
  private final int keyEvery;
  private final byte[] padded;
  private long frames;

  H264Encoder(int width, int height, int quality, int keyEvery) {
    super(open(width, height, quality, keyEvery), "an H.264 picture");
    this.width = width;
    this.height = height;
    this.keyEvery = keyEvery;
    codedWidth = H264Codec.coded(width);
    codedHeight = H264Codec.coded(height);
    padded = new byte[codedWidth * codedHeight * 3];
  }

  private static AVCodecContext open(int width, int height, int quality, int keyEvery) {
    Ffmpeg.load();
    int codedWidth = H264Codec.coded(width);
    int codedHeight = H264Codec.coded(height);
    AVCodecContext context = avcodec_alloc_context3(avcodec_find_encoder_by_name("libopenh264"));
    context.width(codedWidth);
    context.height(codedHeight);
    context.pix_fmt(AV_PIX_FMT_YUV420P);
    context.color_range(AVCOL_RANGE_JPEG);
    context.time_base(av_make_q(1, 25));
    context.thread_count(1);
    context.gop_size(keyEvery);
    int quantiser = BEST + (WORST - BEST) * (100 - quality) / 100;
    // As much as it takes: the quantiser alone decides.
    context.bit_rate(
        Math.min(MOST_BITS_PER_SECOND, BITS_PER_PIXEL_AND_SECOND * codedWidth * codedHeight));
    context.qmin(quantiser);
    context.qmax(quantiser);
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "rc_mode", "quality", 0);
    int opened = avcodec_open2(context, null, options);
    av_dict_free(options);
    if (opened < 0) {
      throw new ShardException(
          "no H.264 encoder for " + width + " x " + height + ": " + Ffmpeg.error(opened));
    }
    return context;
  }

  @Override
  public byte[] encode(byte[] rgb, int offset) {
    pad(rgb, offset);
    draw(padded, 0);
    return encode();
  }

  @Override
  public byte[] encode(AVFrame decoded) {
    if (codedWidth - width > 1 || codedHeight - height > 1) {
      return encode(rgb(decoded, width, height), 0);
    }
    draw(decoded, width, height);
    padLuma();
    return encode();
  }

  private byte[] encode() {
    frame.pts(frames);
    frame.pict_type(frames % keyEvery == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
    frames++;
    return packet();
  }

  /** The planes of colour are rounded up anyway. */
  private void padLuma() {
    BytePointer luma = frame.data(0);
    long stride = frame.linesize(0);
    if (codedWidth > width) {
      for (int y = 0; y < height; y++) {
        luma.put(y * stride + width, luma.get(y * stride + width - 1));
      }
    }
    if (codedHeight > height) {
      byte[] row = new byte[codedWidth];
      luma.position((height - 1) * stride).get(row);
      luma.position(height * stride).put(row);
      luma.position(0);
    }
  }

  /** Repeats the last column and row where the coded picture is larger. */
  private void pad(byte[] rgb, int offset) {
    for (int y = 0; y < codedHeight; y++) {
      int from = offset + Math.min(y, height - 1) * width * 3;
      System.arraycopy(rgb, from, padded, y * codedWidth * 3, width * 3);
      for (int x = width; x < codedWidth; x++) {
        System.arraycopy(rgb, from + (width - 1) * 3, padded, (y * codedWidth + x) * 3, 3);
      }
    }
  }
}
