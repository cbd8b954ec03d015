package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.ShardException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** FFmpeg's decoders where each packet gives its picture at once. */
abstract class PacketDecoder implements FrameCodec.Decoder {
  private final String what;
  private final AVCodecContext context;
  private final AVFrame frame = av_frame_alloc();
  private final AVPacket packet = av_packet_alloc();
  private BytePointer input = new BytePointer(64);
  private boolean closed;

  /**
   * @param codec FFmpeg's number
   * @param flags of the decoder, beside its own
   * @param what a packet is, for messages
   */
  PacketDecoder(int codec, int flags, String what) {
    Ffmpeg.load();
    this.what = what;
    context = avcodec_alloc_context3(avcodec_find_decoder(codec));
    context.thread_count(1);
    context.flags(context.flags() | flags);
    int opened = avcodec_open2(context, null, (AVDictionary) null);
    if (opened < 0) {
      throw ShardException.refused("no decoder for " + what + ": " + Ffmpeg.error(opened));
    }
  }

  /** The picture of a packet, until the next one. */
  final AVFrame receive(byte[] bytes, int offset, int length) {
    av_frame_unref(frame);
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
          "not %s of %s bytes: %s".formatted(what, length, Ffmpeg.error(received)));
    }
    return frame;
  }

  /** The picture of a packet of a coded size, which a record's width and height stand for. */
  final AVFrame receive(
      byte[] bytes, int offset, int length, int codedWidth, int codedHeight, String record) {
    receive(bytes, offset, length);
    if (frame.width() != codedWidth || frame.height() != codedHeight) {
      throw new ShardException(
          "%s of %s x %s, the record says %s"
              .formatted(what, frame.width(), frame.height(), record));
    }
    return frame;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    packet.data(null);
    packet.size(0);
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(context);
    input.close();
  }
}
