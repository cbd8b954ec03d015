package io.multigrid.codec;

import io.multigrid.shard.FrameCodec;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** An encoder that takes decoded frames as they are, without a detour through RGB. */
public interface PictureEncoder extends FrameCodec.Encoder {
  /** The bytes of a decoded frame, scaled to the stored size. */
  byte[] encode(AVFrame decoded);
}
