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

/** H.264 access units, from a key picture on, to RGB24. */
final class H264Decoder implements FrameCodec.Decoder {
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final Picture picture = new Picture();
  private BytePointer input = new BytePointer(64);
  private byte[] coded = new byte[0];

  H264Decoder() {
    Ffmpeg.load();
    context = open();
    frame = av_frame_alloc();
    packet = av_packet_alloc();
  }

  private static AVCodecContext open() {
    AVCodec codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    AVCodecContext context = avcodec_alloc_context3(codec);
    context.thread_count(1);
    // Every picture comes out when it has gone in.
    context.flags(context.flags() | AV_CODEC_FLAG_LOW_DELAY);
    int opened = avcodec_open2(context, codec, (AVDictionary) null);
    if (opened < 0) {
      throw new ShardException("no H.264 decoder: " + Ffmpeg.error(opened));
    }
    return context;
  }

  @Override
  public void skip(byte[] bytes, int offset, int length) {
    receive(bytes, offset, length);
    av_frame_unref(frame);
  }

  @Override
  public void decode(
      byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
    receive(bytes, offset, length);
    int codedWidth = H264Codec.coded(width);
    int codedHeight = H264Codec.coded(height);
    if (frame.width() != codedWidth || frame.height() != codedHeight) {
      throw new ShardException(
          "an H.264 picture of %d x %d, the record says %d x %d"
              .formatted(frame.width(), frame.height(), width, height));
    }
    if (codedWidth == width && codedHeight == height) {
      picture.rgb(frame, width, height, rgb, rgbOffset);
    } else {
      int needed = codedWidth * codedHeight * 3;
      coded = coded.length < needed ? new byte[needed] : coded;
      picture.rgb(frame, codedWidth, codedHeight, coded, 0);
      for (int y = 0; y < height; y++) {
        System.arraycopy(coded, y * codedWidth * 3, rgb, rgbOffset + y * width * 3, width * 3);
      }
    }
    av_frame_unref(frame);
  }

  private void receive(byte[] bytes, int offset, int length) {
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
          "not an H.264 picture of %d bytes: %s".formatted(length, Ffmpeg.error(received)));
    }
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
