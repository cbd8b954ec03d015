package io.multigrid.shard;

import java.util.List;
import java.util.ServiceLoader;

/** How a frame's pixels become bytes and back. Implementations are found by ServiceLoader. */
public interface FrameCodec {
  /** The name in shards and manifests. */
  String name();

  /** Frame f can be decoded from frame {@code f - f % keyEvery()} on; 1 if each stands alone. */
  default int keyEvery() {
    return 1;
  }

  /**
   * An encoder for frames of one size.
   *
   * @param quality 1 (smallest) to 100 (best); lossless codecs ignore it
   */
  Encoder encoder(int width, int height, int quality);

  /** A decoder for frames of any size. */
  Decoder decoder();

  /** Not thread-safe. */
  interface Encoder extends AutoCloseable {
    /** The bytes of the frame whose height x width x 3 bytes stand at an offset. */
    byte[] encode(byte[] rgb, int offset);

    @Override
    void close();
  }

  /** Not thread-safe. */
  interface Decoder extends AutoCloseable {
    /** Takes a frame in whose pixels nobody is interested, on the way to a later one. */
    default void skip(byte[] bytes, int offset, int length) {}

    /**
     * Decodes one frame into height x width x 3 bytes at {@code rgbOffset}.
     *
     * @throws ShardException if the bytes are not such a frame
     */
    void decode(
        byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbOffset);

    @Override
    void close();
  }

  /**
   * @throws ShardException naming the codecs that there are
   */
  static FrameCodec byName(String name) {
    List<FrameCodec> all =
        ServiceLoader.load(FrameCodec.class).stream().map(ServiceLoader.Provider::get).toList();
    return all.stream()
        .filter(codec -> codec.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ShardException.refused(
                    "codec %s: not on the class path, which has %s; add the module that brings it"
                        .formatted(name, all.stream().map(FrameCodec::name).sorted().toList())));
  }
}
