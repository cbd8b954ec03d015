package io.multigrid.codec;

import io.multigrid.shard.FrameCodec;

/**
 * H.264 in groups of a fixed number of pictures, each of which can be decoded by itself: a key
 * picture, then pictures that refer to the one before. One access unit (Annex B) a frame, no
 * B-pictures, 4:2:0, full range, BT.601; odd sides are padded by one pixel.
 */
public abstract class H264Codec implements FrameCodec {
  private final int keyEvery;

  H264Codec(int keyEvery) {
    this.keyEvery = keyEvery;
  }

  @Override
  public String name() {
    return "h264-" + keyEvery;
  }

  @Override
  public int keyEvery() {
    return keyEvery;
  }

  @Override
  public Encoder encoder(int width, int height, int quality) {
    return new H264Encoder(width, height, quality, keyEvery);
  }

  @Override
  public Decoder decoder() {
    return new H264Decoder();
  }

  /** What is coded of a side of stored pixels. */
  static int coded(int side) {
    return Math.max(16, side + side % 2);
  }

  /** Key pictures alone. */
  public static final class Intra extends H264Codec {
    public Intra() {
      super(1);
    }
  }

  /** Groups of four. */
  public static final class Four extends H264Codec {
    public Four() {
      super(4);
    }
  }

  /** Groups of eight. */
  public static final class Eight extends H264Codec {
    public Eight() {
      super(8);
    }
  }

  /** Groups of sixteen. */
  public static final class Sixteen extends H264Codec {
    public Sixteen() {
      super(16);
    }
  }
}
