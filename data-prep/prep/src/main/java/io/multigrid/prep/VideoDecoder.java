package io.multigrid.prep;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.multigrid.schedules.StoredGrid;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;

/**
 * Decodes a video once, on one thread, and gives every grid its frames: at the grid's constant rate
 * from the first time stamp on, the nearest decoded frame for each; upright; its shorter side as
 * long as the grid says, the longer one in proportion, rounded.
 */
final class VideoDecoder implements AutoCloseable {
  private final List<StoredGrid> grids;
  private final FrameSink sink;
  private final long deadline;
  private final double limitSeconds;
  private final Picture picture = new Picture();
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private final AVFrame previous = av_frame_alloc();
  private final long[] ticks;
  private final byte[][] buffers;
  private AVFormatContext format = new AVFormatContext(null);
  private AVCodecContext codec;
  private AVStream stream;
  private int quarterTurns;
  private int decoded;
  private double firstTime;
  private double previousTime;
  private double step;

  VideoDecoder(List<StoredGrid> grids, FrameSink sink, double limitSeconds) {
    Ffmpeg.load();
    this.grids = grids;
    this.sink = sink;
    this.limitSeconds = limitSeconds;
    this.deadline = System.nanoTime() + (long) (limitSeconds * 1e9);
    this.ticks = new long[grids.size()];
    this.buffers = new byte[grids.size()][0];
  }

  VideoInfo decode(Path file) throws UnusableVideoException {
    Ffmpeg.clearLog();
    open(file);
    boolean ended = false;
    while (!ended) {
      checkTime();
      int read = av_read_frame(format, packet);
      ended = read < 0;
      if (!ended && packet.stream_index() != stream.index()) {
        av_packet_unref(packet);
        continue;
      }
      avcodec_send_packet(codec, ended ? null : packet);
      av_packet_unref(packet);
      while (avcodec_receive_frame(codec, frame) >= 0) {
        take();
      }
    }
    if (decoded == 0) {
      throw new UnusableVideoException(
          Reason.NO_FRAMES, "no frame could be decoded; " + Ffmpeg.log());
    }
    emitUntil(previousTime + step);
    boolean turned = quarterTurns % 2 == 1;
    return new VideoInfo(
        decoded,
        turned ? previous.height() : previous.width(),
        turned ? previous.width() : previous.height(),
        previousTime + step - firstTime,
        Ffmpeg.log());
  }

  private void open(Path file) throws UnusableVideoException {
    int opened =
        avformat_open_input(
            format, "file:" + file.toAbsolutePath(), (AVInputFormat) null, (AVDictionary) null);
    if (opened < 0) {
      throw new UnusableVideoException(Reason.NOT_A_VIDEO, Ffmpeg.error(opened));
    }
    avformat_find_stream_info(format, (AVDictionary) null);
    int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (index < 0) {
      throw new UnusableVideoException(Reason.NO_VIDEO_STREAM, "the file has no video stream");
    }
    stream = format.streams(index);
    AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
    if (decoder == null) {
      throw new UnusableVideoException(
          Reason.NO_DECODER, "codec " + avcodec_get_name(stream.codecpar().codec_id()).getString());
    }
    codec = avcodec_alloc_context3(decoder);
    avcodec_parameters_to_context(codec, stream.codecpar());
    codec.thread_count(1);
    codec.pkt_timebase(stream.time_base());
    int started = avcodec_open2(codec, decoder, (AVDictionary) null);
    if (started < 0) {
      throw new UnusableVideoException(Reason.NO_DECODER, Ffmpeg.error(started));
    }
    quarterTurns = quarterTurns(stream);
    step = 1 / rate();
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
  private void take() throws UnusableVideoException {
    checkTime();
    if (frame.width() < 1 || frame.height() < 1) {
      av_frame_unref(frame);
      return;
    }
    double time = time();
    if (decoded == 0) {
      firstTime = time;
    } else {
      // Time that stands still or runs back is taken for one frame forward.
      time = time > previousTime ? time : previousTime + step;
      emitUntil((previousTime + time) / 2);
    }
    decoded++;
    previousTime = time;
    av_frame_unref(previous);
    av_frame_move_ref(previous, frame);
  }

  private double time() {
    long stamp = frame.best_effort_timestamp();
    AVRational base = stream.time_base();
    return stamp == AV_NOPTS_VALUE
        ? previousTime + step
        : stamp * (base.num() / (double) base.den());
  }

  /** Gives each grid the frame before for every tick before a time. */
  private void emitUntil(double time) {
    for (int g = 0; g < grids.size(); g++) {
      double fps = grids.get(g).fps();
      boolean ready = false;
      // A tick that falls on the boundary belongs to the next frame; at least one is always given.
      while (ticks[g] == 0 || ticks[g] / fps < time - firstTime - 1e-6) {
        if (!ready) {
          render(g);
          ready = true;
        }
        sink.frame(g, width(g), height(g), buffers[g]);
        ticks[g]++;
      }
    }
  }

  private int width(int grid) {
    return side(grid, quarterTurns % 2 == 0 ? previous.width() : previous.height());
  }

  private int height(int grid) {
    return side(grid, quarterTurns % 2 == 0 ? previous.height() : previous.width());
  }

  private int side(int grid, int source) {
    int shorter = Math.min(previous.width(), previous.height());
    long side = Math.round(source * (double) grids.get(grid).shortSide() / shorter);
    return (int) Math.max(1, Math.min(65_535, side));
  }

  private void render(int grid) {
    int width = width(grid);
    int height = height(grid);
    byte[] upright = new byte[width * height * 3];
    if (quarterTurns == 0) {
      picture.rgb(previous, width, height, upright, 0);
    } else if (quarterTurns == 2) {
      byte[] lying = new byte[upright.length];
      picture.rgb(previous, width, height, lying, 0);
      turn(lying, width, height, upright);
    } else {
      byte[] lying = new byte[upright.length];
      picture.rgb(previous, height, width, lying, 0);
      turn(lying, height, width, upright);
    }
    buffers[grid] = upright;
  }

  /** Turns a picture of a width and height clockwise. */
  private void turn(byte[] from, int width, int height, byte[] to) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int target =
            switch (quarterTurns) {
              case 1 -> x * height + (height - 1 - y);
              case 2 -> (height - 1 - y) * width + (width - 1 - x);
              default -> (width - 1 - x) * height + y;
            };
        System.arraycopy(from, (y * width + x) * 3, to, target * 3, 3);
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
    picture.close();
  }
}
