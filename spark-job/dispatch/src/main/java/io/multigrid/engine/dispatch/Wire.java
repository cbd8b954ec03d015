package io.multigrid.engine.dispatch;

import java.nio.ByteBuffer;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.util.Utils;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Spark's serializer of closures, to and from bytes. */
final class Wire {
  static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private final SerializerInstance serializer;
  private final ClassLoader loader;

  /**
   * @param loader knows the classes of the application
   */
  Wire(SparkEnv env, ClassLoader loader) {
    serializer = env.closureSerializer().newInstance();
    this.loader = loader;
  }

  byte[] write(Object value) {
    ByteBuffer bytes = serializer.serialize(value, ANY);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  @SuppressWarnings("unchecked")
  <T> T read(byte[] bytes) {
    return (T) serializer.deserialize(ByteBuffer.wrap(bytes), loader, ANY);
  }

  /** The exception itself where it can travel, and its text where not. */
  byte[] failure(Throwable thrown) {
    try {
      return write(thrown);
    } catch (Exception e) {
      // Scala does not declare what it throws.
      return write(new IllegalStateException(Utils.exceptionString(thrown)));
    }
  }
}
