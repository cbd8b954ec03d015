package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * FFmpeg's encoders where each picture gives its packet at once: 4:2:0, full range, BT.601, the
 * size that the encoder codes.
 */
abstract class PacketEncoder implements PictureEncoder {
  private final String what;
  private final int width;
  private final int height;
  private final AVCodecContext context;
  private final AVPacket packet = av_packet_alloc();
  private SwsContext fromRgb;
  private final Picture picture = new Picture();
  private final BytePointer pixels;
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);

  /** The picture to be coded next. */
  final AVFrame frame = av_frame_alloc();

  /**
   * @param context of an open encoder, which is closed with this one
   * @param what a packet is, for messages
   */
  PacketEncoder(AVCodecContext context, String what) {
    this.context = context;
    this.what = what;
    width = context.width();
    height = context.height();
    frame.width(width);
    frame.height(height);
    frame.format(context.pix_fmt());
    av_frame_get_buffer(frame, 0);
    pixels = new BytePointer((long) width * height * 3 + 64);
    fromRgb =
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
    if (fromRgb == null) {
      throw new ShardException(
          "no conversion of RGB to %s of %s x %s".formatted(what, width, height));
    }
  }

  /** Makes the frame from coded height x width x 3 bytes at an offset. */
  final void draw(byte[] rgb, int offset) {
    pixels.position(0).put(rgb, offset, width * height * 3);
    planes.put(0, pixels);
    strides.put(0, width * 3);
    av_frame_make_writable(frame);
    sws_scale(fromRgb, planes, strides, 0, height, frame.data(), frame.linesize());
  }

  /** Makes the upper left part of the frame, of a width and height, from a decoded one. */
  final void draw(AVFrame decoded, int width, int height) {
    av_frame_make_writable(frame);
    picture.jpeg(decoded, frame, width, height);
  }

  /** Scales a decoded frame to height x width x 3 bytes. */
  final byte[] rgb(AVFrame decoded, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    picture.rgb(decoded, width, height, rgb, 0);
    return rgb;
  }

  /** The bytes of the frame. */
  final byte[] packet() {
    int sent = avcodec_send_frame(context, frame);
    int received = sent < 0 ? sent : avcodec_receive_packet(context, packet);
    if (received < 0) {
      throw new ShardException("cannot encode " + what + ": " + Ffmpeg.error(received));
    }
    byte[] bytes = new byte[packet.size()];
    packet.data().get(bytes);
    av_packet_unref(packet);
    return bytes;
  }

  @Override
  public void close() {
    sws_freeContext(fromRgb);
    fromRgb = null;
    picture.close();
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
    pixels.close();
    planes.close();
    strides.close();
  }
}
