package io.multigrid.prep;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** JPEG images to RGB24. */
final class MjpegDecoder implements FrameCodec.Decoder {
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final Picture picture = new Picture();
  private BytePointer input = new BytePointer(64);

  MjpegDecoder() {
    Ffmpeg.load();
    AVCodec codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
    context = avcodec_alloc_context3(codec);
    context.thread_count(1);
    int opened = avcodec_open2(context, codec, (AVDictionary) null);
    if (opened < 0) {
      throw new ShardException("no JPEG decoder: " + Ffmpeg.error(opened));
    }
    frame = av_frame_alloc();
    packet = av_packet_alloc();
  }

  @Override
  public void decode(
      byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
    long needed = (long) length + AV_INPUT_BUFFER_PADDING_SIZE;
    if (input.capacity() < needed) {
      input.close();
      input = new BytePointer(2 * needed);
    }
    input.position(0).put(bytes, offset, length);
    for (int i = 0; i < AV_INPUT_BUFFER_PADDING_SIZE; i++) {
      input.put(length + i, (byte) 0);
    }
    packet.data(input);
    packet.size(length);
    int sent = avcodec_send_packet(context, packet);
    int received = sent < 0 ? sent : avcodec_receive_frame(context, frame);
    if (received < 0) {
      throw new ShardException(
          "not a JPEG image of %d bytes: %s".formatted(length, Ffmpeg.error(received)));
    }
    if (frame.width() != width || frame.height() != height) {
      throw new ShardException(
          "a JPEG image of %d x %d, the record says %d x %d"
              .formatted(frame.width(), frame.height(), width, height));
    }
    picture.rgb(frame, width, height, rgb, rgbOffset);
    av_frame_unref(frame);
  }

  @Override
  public void close() {
    picture.close();
    packet.data(null);
    packet.size(0);
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
    input.close();
  }
}
