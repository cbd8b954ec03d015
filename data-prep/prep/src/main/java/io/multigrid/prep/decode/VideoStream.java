package io.multigrid.prep.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/** The frames of a file's main video stream, one after the other, decoded on one thread. */
final class VideoStream implements AutoCloseable {
  /** Greater pictures are refused: their frames alone would take gigabytes. */
  private static final long MOST_PIXELS = 1L << 26;

  private final Deadline deadline;
  private final AVPacket packet = av_packet_alloc();
  private final AVIOInterruptCB.Callback_Pointer interrupt =
      new AVIOInterruptCB.Callback_Pointer() {
        @Override
        public int call(Pointer ignored) {
          return deadline.passed() ? 1 : 0;
        }
      };
  private final AVFormatContext format = avformat_alloc_context();
  private AVCodecContext codec;
  private AVStream stream;
  private boolean ended;

  VideoStream(Deadline deadline) {
    this.deadline = deadline;
  }

  void open(Path file) throws UnusableVideoException {
    format.interrupt_callback().callback(interrupt);
    int opened =
        avformat_open_input(
            format, "file:" + file.toAbsolutePath(), (AVInputFormat) null, (AVDictionary) null);
    if (opened < 0) {
      deadline.check();
      throw ReadFailure.of(opened, Reason.NOT_A_VIDEO);
    }
    avformat_find_stream_info(format, (AVDictionary) null);
    checkInput();
    stream = format.streams(mainStream());
    for (int s = 0; s < format.nb_streams(); s++) {
      format.streams(s).discard(s == stream.index() ? AVDISCARD_DEFAULT : AVDISCARD_ALL);
    }
    AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
    if (decoder == null) {
      throw new UnusableVideoException(Reason.NO_DECODER, "codec " + codecName());
    }
    codec = avcodec_alloc_context3(decoder);
    avcodec_parameters_to_context(codec, stream.codecpar());
    codec.thread_count(1);
    codec.max_pixels(MOST_PIXELS);
    codec.pkt_timebase(stream.time_base());
    int started = avcodec_open2(codec, decoder, (AVDictionary) null);
    if (started < 0) {
      throw ReadFailure.of(started, Reason.NO_DECODER);
    }
  }

  /** A file that could not be read to its end is no short one. */
  private void checkInput() throws UnusableVideoException {
    deadline.check();
    if (format.pb() != null) {
      ReadFailure.check(format.pb().error());
    }
  }

  /** The one that players show. The cover of a piece of music is a picture, but no video. */
  private int mainStream() throws UnusableVideoException {
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (best >= 0 && !isCover(best)) {
      return best;
    }
    for (int s = 0; s < format.nb_streams(); s++) {
      if (format.streams(s).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && !isCover(s)) {
        return s;
      }
    }
    throw new UnusableVideoException(
        Reason.NO_VIDEO_STREAM,
        best < 0
            ? "the file has no video stream"
            : "the file has no video stream; its only picture is a cover");
  }

  private boolean isCover(int index) {
    return (format.streams(index).disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
  }

  /** To the last key frame before a time, seconds; where a file cannot be searched, to nowhere. */
  void seek(double start) {
    long beginning = format.start_time() == AV_NOPTS_VALUE ? 0 : format.start_time();
    av_seek_frame(format, -1, beginning + (long) (start * AV_TIME_BASE), AVSEEK_FLAG_BACKWARD);
  }

  /**
   * Decodes the next frame.
   *
   * @return whether there was one
   */
  boolean read(AVFrame frame) throws UnusableVideoException {
    while (avcodec_receive_frame(codec, frame) < 0) {
      deadline.check();
      if (ended) {
        checkInput();
        return false;
      }
      ended = av_read_frame(format, packet) < 0;
      if (ended || packet.stream_index() == stream.index()) {
        avcodec_send_packet(codec, ended ? null : packet);
      }
      av_packet_unref(packet);
    }
    return true;
  }

  /** When a frame is shown, seconds; NaN if it does not say. */
  double time(AVFrame frame) {
    return seconds(frame.best_effort_timestamp());
  }

  /** When the stream begins, seconds; NaN if it does not say. */
  double beginning() {
    return seconds(stream.start_time());
  }

  private double seconds(long stamp) {
    AVRational base = stream.time_base();
    return stamp == AV_NOPTS_VALUE ? Double.NaN : stamp * (base.num() / (double) base.den());
  }

  String codecName() {
    return avcodec_get_name(stream.codecpar().codec_id()).getString();
  }

  /** Nominal frames a second. */
  double rate() {
    AVRational guess = av_guess_frame_rate(format, stream, null);
    double rate = guess.den() == 0 ? 0 : guess.num() / (double) guess.den();
    return rate >= 0.1 && rate <= 1000 ? rate : 25;
  }

  /** Quarter turns clockwise that make the picture upright. */
  int quarterTurns() {
    AVPacketSideData matrix =
        av_packet_side_data_get(
            stream.codecpar().coded_side_data(),
            stream.codecpar().nb_coded_side_data(),
            AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull()) {
      return 0;
    }
    double counterClockwise = av_display_rotation_get(new IntPointer(matrix.data()));
    return Double.isNaN(counterClockwise)
        ? 0
        : Math.floorMod(Math.round(-counterClockwise / 90), 4);
  }

  @Override
  public void close() {
    av_packet_free(packet);
    if (codec != null) {
      avcodec_free_context(codec);
    }
    avformat_close_input(format);
    interrupt.close();
  }
}
