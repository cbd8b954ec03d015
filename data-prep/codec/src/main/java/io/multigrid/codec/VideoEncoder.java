package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/**
 * Writes H.264 video (libopenh264, 4:2:0, no B-frames, a key frame every two seconds) into an MP4
 * file. The file is complete once {@link #close()} has returned. Not thread-safe.
 */
public final class VideoEncoder implements AutoCloseable {
  private static final double BITS_PER_PIXEL = 0.25;
  private static final double KEY_FRAME_SECONDS = 2;
  private static final int LEAST_BITS_PER_SECOND = 100_000;

  private final Path file;
  private final int width;
  private final int height;
  private final FFmpegFrameRecorder recorder;
  private final Frame frame;

  /**
   * @param file is replaced if there is one
   * @param width pixels, even, at least 16
   * @param height pixels, even, at least 16
   * @param fps frames per second, above 0
   * @throws IOException when the file cannot be written
   */
  public VideoEncoder(Path file, int width, int height, double fps) throws IOException {
    if (width < 16 || height < 16 || width % 2 != 0 || height % 2 != 0) {
      throw new IllegalArgumentException(
          "Cannot encode %s at %sx%s: H.264 with 4:2:0 chroma takes even sizes from 16 pixels up"
              .formatted(file, width, height));
    }
    if (!(fps > 0 && fps <= 240)) {
      throw new IllegalArgumentException(
          "Cannot encode %s at %s frames per second: take a rate above 0 and up to 240"
              .formatted(file, fps));
    }
    this.file = file;
    this.width = width;
    this.height = height;
    this.recorder = new FFmpegFrameRecorder(file.toAbsolutePath().toFile(), width, height, 0);
    Ffmpeg.load();
    recorder.setFormat("mp4");
    recorder.setVideoCodecName("libopenh264");
    recorder.setVideoCodec(AV_CODEC_ID_H264);
    recorder.setPixelFormat(AV_PIX_FMT_YUV420P);
    recorder.setFrameRate(fps);
    recorder.setGopSize((int) Math.max(1, Math.round(fps * KEY_FRAME_SECONDS)));
    recorder.setVideoBitrate(
        (int) Math.max(LEAST_BITS_PER_SECOND, BITS_PER_PIXEL * width * height * fps));
    recorder.setVideoOption("threads", "1");
    this.frame = new Frame(width, height, Frame.DEPTH_UBYTE, 3);
    try {
      recorder.start();
    } catch (FFmpegFrameRecorder.Exception e) {
      release();
      throw new IOException("Cannot start to encode %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Appends one frame.
   *
   * @param rgb height x width x 3, row by row, red first
   */
  public void frame(byte[] rgb) throws IOException {
    if (rgb.length != width * height * 3) {
      throw new IllegalArgumentException(
          "A frame of %s has %s bytes, not height x width x 3 = %s"
              .formatted(file, rgb.length, width * height * 3));
    }
    ByteBuffer image = (ByteBuffer) frame.image[0];
    for (int y = 0; y < height; y++) {
      image.put(y * frame.imageStride, rgb, y * width * 3, width * 3);
    }
    try {
      recorder.record(frame, AV_PIX_FMT_RGB24);
    } catch (FFmpegFrameRecorder.Exception e) {
      throw new IOException("Cannot encode a frame of %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Flushes the encoder, completes the file and frees native memory. */
  @Override
  public void close() throws IOException {
    try {
      recorder.stop();
    } catch (FFmpegFrameRecorder.Exception e) {
      throw new IOException("Cannot complete %s: %s".formatted(file, e.getMessage()), e);
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    try {
      recorder.release();
    } catch (FFmpegFrameRecorder.Exception e) {
      throw new IOException("Cannot release %s: %s".formatted(file, e.getMessage()), e);
    } finally {
      frame.close();
    }
  }
}
