package io.multigrid.prep;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;

import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/** Files without a video stream. */
public final class Sounds {
  private static final int RATE = 44_100;

  private Sounds() {}

  /** A tone of 440 Hz, as AAC in an MP4 file. */
  public static void write(Path file, int seconds) throws IOException {
    short[] samples = new short[RATE * seconds];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / RATE));
    }
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 1)) {
      recorder.setFormat("mp4");
      recorder.setAudioCodec(AV_CODEC_ID_AAC);
      recorder.setSampleRate(RATE);
      recorder.start();
      recorder.recordSamples(RATE, 1, ShortBuffer.wrap(samples));
      recorder.stop();
    }
  }
}
