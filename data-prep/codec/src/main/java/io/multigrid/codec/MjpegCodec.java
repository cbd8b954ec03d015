package io.multigrid.codec;

import io.multigrid.shard.FrameCodec;

/** A JPEG image a frame, through FFmpeg. */
public final class MjpegCodec implements FrameCodec {
  @Override
  public String name() {
    return "mjpeg";
  }

  @Override
  public Encoder encoder(int width, int height, int quality) {
    return new MjpegEncoder(width, height, quality);
  }

  @Override
  public Decoder decoder() {
    return new MjpegDecoder();
  }
}
