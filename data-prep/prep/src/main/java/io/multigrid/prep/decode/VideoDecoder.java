package io.multigrid.prep.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.codec.Ffmpeg;
import io.multigrid.shard.VideoFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/**
 * Decodes a video once, on one thread, and gives every grid its frames: at the grid's constant rate
 * from the first time stamp on, the nearest decoded frame for each; upright; its shorter side as
 * long as the grid says, the longer one in proportion, rounded.
 */
final class VideoDecoder implements AutoCloseable {
  /** Greater pictures are refused: their frames alone would take gigabytes. */
  private static final long MOST_PIXELS = 1L << 26;

  private final List<GridFrames> grids;
  private final double limitSeconds;
  private final long deadline;
  private final double start;
  private final double end;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private final AVFrame previous = av_frame_alloc();
  private final AVIOInterruptCB.Callback_Pointer interrupt =
      new AVIOInterruptCB.Callback_Pointer() {
        @Override
        public int call(Pointer ignored) {
          return System.nanoTime() > deadline ? 1 : 0;
        }
      };
  private AVFormatContext format = avformat_alloc_context();
  private AVCodecContext codec;
  private AVStream stream;
  private int quarterTurns;
  private long decoded;
  private double origin;
  private double previousTime;
  private double step;
  private double nominalRate;
  private boolean pastEnd;

  /**
   * @param start seconds from the first frame
   * @param end seconds, or infinity
   */
  VideoDecoder(List<GridFrames> grids, double start, double end, double limitSeconds) {
    Ffmpeg.load();
    this.grids = grids;
    this.start = start;
    this.end = end;
    this.limitSeconds = limitSeconds;
    this.deadline = System.nanoTime() + (long) (limitSeconds * 1e9);
  }

  Decoding.Found decode(Path file) throws UnusableVideoException, IOException {
    Ffmpeg.clearLog();
    open(file);
    boolean ended = false;
    while (!ended && !pastEnd) {
      checkTime();
      int read = av_read_frame(format, packet);
      ended = read < 0;
      if (!ended && packet.stream_index() != stream.index()) {
        av_packet_unref(packet);
        continue;
      }
      avcodec_send_packet(codec, ended ? null : packet);
      av_packet_unref(packet);
      while (!pastEnd && avcodec_receive_frame(codec, frame) >= 0) {
        take();
      }
    }
    checkTime();
    if (decoded == 0) {
      throw new UnusableVideoException(
          Reason.NO_FRAMES, "no frame could be decoded" + because(Ffmpeg.log()));
    }
    double last = Math.min(previousTime + step, origin + (end - start));
    emitUntil(last);
    return found(last - origin);
  }

  private Decoding.Found found(double duration) throws UnusableVideoException, IOException {
    List<Decoding.Stored> stored = new ArrayList<>();
    for (GridFrames grid : grids) {
      if (grid.count() == 0) {
        throw new UnusableVideoException(
            Reason.NO_FRAMES,
            "no frame between %.3f and %.3f s; the video has none after %.3f s"
                .formatted(start, end, start + duration));
      }
      stored.add(grid.finish());
    }
    boolean turned = quarterTurns % 2 == 1;
    VideoFacts facts =
        new VideoFacts(
            avcodec_get_name(stream.codecpar().codec_id()).getString(),
            pixelFormat(previous.format()),
            turned ? previous.height() : previous.width(),
            turned ? previous.width() : previous.height(),
            nominalRate,
            decoded,
            Ffmpeg.log());
    return new Decoding.Found(facts, duration, stored);
  }

  private static String pixelFormat(int format) {
    var name = av_get_pix_fmt_name(format);
    return name == null ? "" : name.getString();
  }

  private void open(Path file) throws UnusableVideoException {
    format.interrupt_callback().callback(interrupt);
    int opened =
        avformat_open_input(
            format, "file:" + file.toAbsolutePath(), (AVInputFormat) null, (AVDictionary) null);
    if (opened < 0) {
      checkTime();
      throw new UnusableVideoException(Reason.NOT_A_VIDEO, Ffmpeg.error(opened));
    }
    avformat_find_stream_info(format, (AVDictionary) null);
    checkTime();
    int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (index < 0) {
      throw new UnusableVideoException(Reason.NO_VIDEO_STREAM, "the file has no video stream");
    }
    stream = format.streams(index);
    for (int s = 0; s < format.nb_streams(); s++) {
      format.streams(s).discard(s == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL);
    }
    AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
    if (decoder == null) {
      throw new UnusableVideoException(
          Reason.NO_DECODER, "codec " + avcodec_get_name(stream.codecpar().codec_id()).getString());
    }
    codec = avcodec_alloc_context3(decoder);
    avcodec_parameters_to_context(codec, stream.codecpar());
    codec.thread_count(1);
    codec.max_pixels(MOST_PIXELS);
    codec.pkt_timebase(stream.time_base());
    int started = avcodec_open2(codec, decoder, (AVDictionary) null);
    if (started < 0) {
      throw new UnusableVideoException(Reason.NO_DECODER, Ffmpeg.error(started));
    }
    quarterTurns = quarterTurns(stream);
    nominalRate = rate();
    step = 1 / nominalRate;
    if (start > 0) {
      seek();
    }
  }

  /** To the last key frame before the start; where a file cannot be searched, to nowhere. */
  private void seek() {
    long beginning = format.start_time() == AV_NOPTS_VALUE ? 0 : format.start_time();
    av_seek_frame(format, -1, beginning + (long) (start * AV_TIME_BASE), AVSEEK_FLAG_BACKWARD);
  }

  private double rate() {
    AVRational guess = av_guess_frame_rate(format, stream, null);
    double rate = guess.den() == 0 ? 0 : guess.num() / (double) guess.den();
    return rate >= 0.1 && rate <= 1000 ? rate : 25;
  }

  /** Quarter turns clockwise that make the picture upright. */
  private static int quarterTurns(AVStream stream) {
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

  /** Emits what the frame before is nearest to, then keeps this one. */
  private void take() throws UnusableVideoException, IOException {
    checkTime();
    if (frame.width() < 1 || frame.height() < 1) {
      av_frame_unref(frame);
      return;
    }
    double time = time();
    if (decoded == 0) {
      origin = start > 0 ? beginning() + start : time;
    } else {
      // Time that stands still or runs back is taken for one frame forward.
      time = time > previousTime ? time : previousTime + step;
      emitUntil(Math.min((previousTime + time) / 2, origin + (end - start)));
      pastEnd = time >= origin + (end - start);
    }
    if (!pastEnd) {
      decoded++;
      previousTime = time;
      av_frame_unref(previous);
      av_frame_move_ref(previous, frame);
    }
    av_frame_unref(frame);
  }

  private double beginning() {
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : seconds(stream.start_time());
  }

  private double time() {
    long stamp = frame.best_effort_timestamp();
    return stamp == AV_NOPTS_VALUE ? previousTime + step : seconds(stamp);
  }

  private double seconds(long stamp) {
    AVRational base = stream.time_base();
    return stamp * (base.num() / (double) base.den());
  }

  /** Gives each grid the frame before for every tick before a time. */
  private void emitUntil(double time) throws IOException {
    for (GridFrames grid : grids) {
      boolean first = true;
      // A tick that falls on the boundary belongs to the next frame.
      while (grid.count() / grid.fps() < time - origin - 1e-6) {
        if (first) {
          grid.append(previous, quarterTurns);
          first = false;
        } else {
          grid.repeat(previous, quarterTurns);
        }
      }
    }
  }

  private void checkTime() throws UnusableVideoException {
    if (System.nanoTime() > deadline) {
      throw new UnusableVideoException(
          Reason.TIMEOUT,
          "decoding took longer than prep.time-limit-seconds = %s".formatted(limitSeconds));
    }
  }

  @Override
  public void close() {
    av_frame_free(previous);
    av_frame_free(frame);
    av_packet_free(packet);
    if (codec != null) {
      avcodec_free_context(codec);
    }
    avformat_close_input(format);
    interrupt.close();
  }

  /** What FFmpeg said, if it said anything. */
  static String because(String log) {
    return log.isEmpty() ? "" : "; " + log;
  }
}
