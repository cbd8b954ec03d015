package io.multigrid.prep.decode;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;

import io.multigrid.codec.Ffmpeg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.PointerPointer;

/** Puts streams of several files into one, as they are. */
final class Remux {
  /**
   * @param disposition FFmpeg's flags of the stream, {@code AV_DISPOSITION_*}
   */
  record Input(Path file, int disposition) {}

  private Remux() {}

  /**
   * The first stream of each input, in their order; the container is what the name of {@code out}
   * says.
   */
  static void streams(Path out, List<Input> inputs) throws IOException {
    streams(out, inputs, (packet, second) -> {});
  }

  /**
   * The first stream of a file, whose clock jumps forward: all from a time on is later by so much.
   */
  static void jump(Path out, Path in, double fromSeconds, double bySeconds) throws IOException {
    streams(
        out,
        List.of(new Input(in, 0)),
        (packet, second) -> {
          if (packet.pts() >= fromSeconds * second) {
            packet.pts(packet.pts() + Math.round(bySeconds * second));
            packet.dts(packet.dts() + Math.round(bySeconds * second));
          }
        });
  }

  private interface Change {
    /**
     * @param second in ticks of the packet's clock
     */
    void apply(AVPacket packet, double second);
  }

  private static void streams(Path out, List<Input> inputs, Change change) throws IOException {
    Ffmpeg.load();
    List<AVFormatContext> sources = new ArrayList<>();
    AVFormatContext target = new AVFormatContext(null);
    AVPacket packet = av_packet_alloc();
    try {
      check(avformat_alloc_output_context2(target, null, null, out.toString()), "create " + out);
      for (Input input : inputs) {
        AVFormatContext source = new AVFormatContext(null);
        check(avformat_open_input(source, input.file().toString(), null, null), "open " + input);
        sources.add(source);
        check(avformat_find_stream_info(source, (PointerPointer<?>) null), "look into " + input);
        AVStream stream = avformat_new_stream(target, null);
        check(
            avcodec_parameters_copy(stream.codecpar(), source.streams(0).codecpar()),
            "describe " + input);
        stream.codecpar().codec_tag(0);
        stream.time_base(source.streams(0).time_base());
        stream.disposition(input.disposition());
      }
      AVIOContext io = new AVIOContext(null);
      check(avio_open(io, out.toString(), AVIO_FLAG_WRITE), "open " + out);
      target.pb(io);
      check(avformat_write_header(target, (AVDictionary) null), "begin " + out);
      for (int s = 0; s < sources.size(); s++) {
        while (av_read_frame(sources.get(s), packet) >= 0) {
          if (packet.stream_index() == 0) {
            packet.stream_index(s);
            av_packet_rescale_ts(
                packet, sources.get(s).streams(0).time_base(), target.streams(s).time_base());
            packet.pos(-1);
            AVRational base = target.streams(s).time_base();
            change.apply(packet, base.den() / (double) base.num());
            check(av_interleaved_write_frame(target, packet), "write " + out);
          }
        }
      }
      check(av_write_trailer(target), "complete " + out);
      avio_closep(io);
    } finally {
      av_packet_free(packet);
      sources.forEach(source -> avformat_close_input(source));
      avformat_free_context(target);
    }
  }

  private static void check(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException("cannot " + what + ": " + Ffmpeg.error(code) + " " + Ffmpeg.log());
    }
  }
}
