package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;

import org.bytedeco.ffmpeg.avutil.AVFrame;

/** H.264 access units, from a key picture on, to RGB24. */
final class H264Decoder extends PacketDecoder {
  private final Picture picture = new Picture();
  private byte[] coded = new byte[0];

  /** With low delay, every picture comes out when it has gone in. */
  H264Decoder() {
    super(AV_CODEC_ID_H264, AV_CODEC_FLAG_LOW_DELAY, "an H.264 picture");
  }

  @Override
  public void skip(byte[] bytes, int offset, int length) {
    receive(bytes, offset, length);
  }

  @Override
  public void decode(
      byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset) {
    int codedWidth = H264Codec.coded(width);
    int codedHeight = H264Codec.coded(height);
    AVFrame frame = receive(bytes, offset, length, codedWidth, codedHeight, width + " x " + height);
    if (codedWidth == width && codedHeight == height) {
      picture.rgb(frame, width, height, rgb, rgbOffset);
      return;
    }
    int needed = codedWidth * codedHeight * 3;
    coded = coded.length < needed ? new byte[needed] : coded;
    picture.rgb(frame, codedWidth, codedHeight, coded, 0);
    for (int y = 0; y < height; y++) {
      System.arraycopy(coded, y * codedWidth * 3, rgb, rgbOffset + y * width * 3, width * 3);
    }
  }

  @Override
  public void close() {
    picture.close();
    super.close();
  }
}
