package io.multigrid.prep;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** RGB24 frames of one size to H.264 access units, at a constant quantiser. */
final class H264Encoder implements PictureEncoder {
  private static final long BITS_PER_PIXEL_AND_SECOND = 200;
  private static final long MOST_BITS_PER_SECOND = 100_000_000;
  private static final int BEST = 12;
  private static final int WORST = 45;

  private final int width;
  private final int height;
  private final int codedWidth;
  private final int codedHeight;
  private final int keyEvery;
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final SwsContext sws;
  private final Picture picture = new Picture();
  private final BytePointer pixels;
  private final byte[] padded;
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);
  private long frames;

  H264Encoder(int width, int height, int quality, int keyEvery) {
    Ffmpeg.load();
    this.width = width;
    this.height = height;
    this.keyEvery = keyEvery;
    codedWidth = H264Codec.coded(width);
    codedHeight = H264Codec.coded(height);
    padded = new byte[codedWidth * codedHeight * 3];
    AVCodec codec = avcodec_find_encoder_by_name("libopenh264");
    context = avcodec_alloc_context3(codec);
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
    int opened = avcodec_open2(context, codec, options);
    av_dict_free(options);
    if (opened < 0) {
      throw new ShardException(
          "no H.264 encoder for " + width + " x " + height + ": " + Ffmpeg.error(opened));
    }
    frame = av_frame_alloc();
    frame.width(codedWidth);
    frame.height(codedHeight);
    frame.format(AV_PIX_FMT_YUV420P);
    av_frame_get_buffer(frame, 0);
    packet = av_packet_alloc();
    pixels = new BytePointer((long) padded.length + 64);
    sws =
        sws_getContext(
            codedWidth,
            codedHeight,
            AV_PIX_FMT_RGB24,
            codedWidth,
            codedHeight,
            AV_PIX_FMT_YUVJ420P,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
  }

  @Override
  public byte[] encode(byte[] rgb, int offset) {
    pad(rgb, offset);
    pixels.position(0).put(padded, 0, padded.length);
    planes.put(0, pixels);
    strides.put(0, codedWidth * 3);
    av_frame_make_writable(frame);
    sws_scale(sws, planes, strides, 0, codedHeight, frame.data(), frame.linesize());
    return encode();
  }

  @Override
  public byte[] encode(AVFrame decoded) {
    if (codedWidth - width > 1 || codedHeight - height > 1) {
      byte[] rgb = new byte[width * height * 3];
      picture.rgb(decoded, width, height, rgb, 0);
      return encode(rgb, 0);
    }
    av_frame_make_writable(frame);
    picture.jpeg(decoded, frame, width, height);
    padLuma();
    return encode();
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

  private byte[] encode() {
    frame.pts(frames);
    frame.pict_type(frames % keyEvery == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
    frames++;
    int sent = avcodec_send_frame(context, frame);
    int received = sent < 0 ? sent : avcodec_receive_packet(context, packet);
    if (received < 0) {
      throw new ShardException("cannot encode an H.264 picture: " + Ffmpeg.error(received));
    }
    byte[] bytes = new byte[packet.size()];
    packet.data().get(bytes);
    av_packet_unref(packet);
    return bytes;
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

  @Override
  public void close() {
    sws_freeContext(sws);
    picture.close();
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
    pixels.close();
    planes.close();
    strides.close();
  }
}
