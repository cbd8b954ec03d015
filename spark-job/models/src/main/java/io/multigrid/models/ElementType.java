package io.multigrid.models;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Element types of torch's storages, numpy's arrays and safetensors. */
public enum ElementType {
  FLOAT(4),
  DOUBLE(8),
  HALF(2),
  BFLOAT16(2),
  LONG(8),
  INT(4),
  SHORT(2),
  CHAR(1),
  BYTE(1),
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /**
   * @param dtype of safetensors, such as F32
   */
  static ElementType ofSafeTensors(String dtype) throws IOException {
    return switch (dtype) {
      case "F32" -> FLOAT;
      case "F64" -> DOUBLE;
      case "F16" -> HALF;
      case "BF16" -> BFLOAT16;
      case "I64" -> LONG;
      case "I32" -> INT;
      default ->
          throw new IOException(
              "has type " + dtype + "; F32, F64, F16, BF16, I64 and I32 are read");
    };
  }

  /**
   * @param name such as FloatStorage
   */
  public static ElementType ofStorage(String name) throws IOException {
    for (ElementType type : values()) {
      if (name.equalsIgnoreCase(type.name() + "Storage")) {
        return type;
      }
    }
    throw new IOException(name + " is no storage of numbers");
  }

  /**
   * @param code numpy's, such as f4
   */
  public static ElementType ofNumpy(String code) throws IOException {
    return switch (code) {
      case "f4" -> FLOAT;
      case "f8" -> DOUBLE;
      case "f2" -> HALF;
      case "i8" -> LONG;
      case "i4" -> INT;
      case "i2" -> SHORT;
      case "i1" -> CHAR;
      case "u1" -> BYTE;
      case "b1" -> BOOL;
      default -> throw new IOException("arrays of type " + code + " are not read");
    };
  }

  /** An element as float32. */
  public float get(ByteBuffer data, int element) {
    int at = element * bytes;
    return switch (this) {
      case FLOAT -> data.getFloat(at);
      case DOUBLE -> (float) data.getDouble(at);
      case HALF -> half(data.getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort(at) << 16);
      case LONG -> data.getLong(at);
      case INT -> data.getInt(at);
      case SHORT -> data.getShort(at);
      case CHAR -> data.get(at);
      case BYTE, BOOL -> data.get(at) & 255;
    };
  }

  private static float half(short bits) {
    int exponent = bits >> 10 & 31;
    int mantissa = bits & 1023;
    float value =
        exponent == 0
            ? mantissa * 0x1p-24f
            : exponent == 31
                ? (mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                : (1024 + mantissa) * (float) Math.pow(2, exponent - 25);
    return bits < 0 ? -value : value;
  }
}
