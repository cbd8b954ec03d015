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

/** RGB24 frames of one size to JPEG images. */
final class MjpegEncoder implements PictureEncoder {
  private static final int BEST = 2;
  private static final int WORST = 31;

  private final int width;
  private final int height;
  private final int scale;
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final SwsContext sws;
  private final Picture picture = new Picture();
  private final BytePointer rgbPixels;
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);

  MjpegEncoder(int width, int height, int quality) {
    Ffmpeg.load();
    this.width = width;
    this.height = height;
    // JPEG's quantiser goes from 2 (best) to 31.
    this.scale = BEST + (WORST - BEST) * (100 - quality) / 100;
    AVCodec codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    context = avcodec_alloc_context3(codec);
    context.width(width);
    context.height(height);
    context.pix_fmt(AV_PIX_FMT_YUVJ420P);
    context.color_range(AVCOL_RANGE_JPEG);
    context.time_base(av_make_q(1, 25));
    context.thread_count(1);
    context.flags(context.flags() | AV_CODEC_FLAG_QSCALE);
    context.global_quality(FF_QP2LAMBDA * scale);
    int opened = avcodec_open2(context, codec, (AVDictionary) null);
    if (opened < 0) {
      throw new ShardException(
          "no JPEG encoder for " + width + " x " + height + ": " + Ffmpeg.error(opened));
    }
    frame = av_frame_alloc();
    frame.width(width);
    frame.height(height);
    frame.format(AV_PIX_FMT_YUVJ420P);
    av_frame_get_buffer(frame, 0);
    packet = av_packet_alloc();
    rgbPixels = new BytePointer((long) width * height * 3 + 64);
    sws =
        sws_getContext(
            width,
            height,
            AV_PIX_FMT_RGB24,
            width,
            height,
            AV_PIX_FMT_YUVJ420P,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
  }

  @Override
  public byte[] encode(byte[] rgb, int offset) {
    rgbPixels.position(0).put(rgb, offset, width * height * 3);
    planes.put(0, rgbPixels);
    strides.put(0, width * 3);
    av_frame_make_writable(frame);
    sws_scale(sws, planes, strides, 0, height, frame.data(), frame.linesize());
    return encode();
  }

  @Override
  public byte[] encode(AVFrame decoded) {
    av_frame_make_writable(frame);
    picture.jpeg(decoded, frame, width, height);
    return encode();
  }

  private byte[] encode() {
    frame.quality(FF_QP2LAMBDA * scale);
    int sent = avcodec_send_frame(context, frame);
    int received = sent < 0 ? sent : avcodec_receive_packet(context, packet);
    if (received < 0) {
      throw new ShardException("cannot encode a JPEG image: " + Ffmpeg.error(received));
    }
    byte[] bytes = new byte[packet.size()];
    packet.data().get(bytes);
    av_packet_unref(packet);
    return bytes;
  }

  @Override
  public void close() {
    sws_freeContext(sws);
    picture.close();
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
    rgbPixels.close();
    planes.close();
    strides.close();
  }
}
