package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;

/** JPEG images to RGB24. */
final class MjpegDecoder extends PacketDecoder {
  private final Picture picture = new Picture();

  MjpegDecoder() {
    super(AV_CODEC_ID_MJPEG, 0, "a JPEG image");
  }

  @Override
  public void decode(
      byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
    String record = width + " x " + height;
    picture.rgb(
        receive(bytes, offset, length, width, height, record), width, height, rgb, rgbOffset);
  }

  @Override
  public void close() {
    picture.close();
    super.close();
  }
}
