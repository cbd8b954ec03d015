package io.multigrid.models.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Python's pickle format, protocols 0 to 5, as far as weights need it. Classes and calls become
 * {@link Thing}s: names with arguments, never run. Every step reads at least a byte and makes at
 * most one object, so time and memory are linear in the length of the data, and bounded.
 *
 * <p>Source: the opcodes' descriptions in Python's pickletools.
 */
final class Pickle {
  private static final Object MARK = new Object();

  /** More instructions than any checkpoint has; each makes an object of some fifty bytes. */
  private static final int MOST_INSTRUCTIONS = 4_000_000;

  /** The name of a class or function. */
  record Global(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /**
   * What a class or function would have been called with, and the state it would have been given.
   */
  static final class Thing {
    final Global type;
    final Object[] arguments;
    Object state;

    Thing(Global type, Object[] arguments) {
      this.type = type;
      this.arguments = arguments;
    }
  }

  /** Stands for something outside the pickle, by its identifier. */
  interface Persistent {
    Object of(Object[] id) throws IOException;
  }

  private final Bytes in;
  private final Persistent persistent;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private Pickle(Bytes in, Persistent persistent) {
    this.in = in;
    this.persistent = persistent;
  }

  /**
   * The next object of a stream.
   *
   * @throws IOException if it is not what the format says
   */
  static Object load(Bytes in, Persistent persistent) throws IOException {
    try {
      return new Pickle(in, persistent).run();
    } catch (ClassCastException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new IOException("its pickle is broken at byte " + in.position(), e);
    }
  }

  private Object run() throws IOException {
    int instructions = 0;
    for (int op = in.one(); op != '.'; op = in.one()) {
      if (++instructions > MOST_INSTRUCTIONS) {
        throw new IOException(
            String.format(
                Locale.ROOT, "its pickle has more than %,d instructions", MOST_INSTRUCTIONS));
      }
      if (!structure(op) && !value(op) && !memory(op)) {
        throw new IOException(
            "byte %s is no pickle instruction that weights need: 0x%02x"
                .formatted(in.position() - 1, op));
      }
    }
    return pop();
  }

  private boolean structure(int op) throws IOException {
    switch (op) {
      case '(' -> stack.add(MARK);
      case '}' -> stack.add(new LinkedHashMap<>());
      case ']' -> stack.add(new ArrayList<>());
      case ')' -> stack.add(new Object[0]);
      case 't' -> stack.add(toMark().toArray());
      case 0x85, 0x86, 0x87 -> stack.add(last(op - 0x84).toArray());
      case 'l' -> stack.add(toMark());
      case 'd' -> {
        List<Object> items = toMark();
        Map<Object, Object> map = new LinkedHashMap<>();
        put(map, items);
        stack.add(map);
      }
      case 's' -> put(popTo(2), last(2));
      case 'u' -> {
        List<Object> items = toMark();
        put(top(), items);
      }
      case 'a' -> add(popTo(1), last(1));
      case 'e' -> {
        List<Object> items = toMark();
        add(top(), items);
      }
      case '0' -> pop();
      case '1' -> toMark();
      case 'R', 0x81 -> {
        Object[] arguments = (Object[]) pop();
        stack.add(call(pop(), arguments));
      }
      case 'b' -> {
        Object state = pop();
        if (top() instanceof Thing thing) {
          thing.state = state;
        }
      }
      case 'Q' -> stack.add(persistent.of((Object[]) pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean value(int op) throws IOException {
    switch (op) {
      case 0x80 -> in.one();
      case 0x95 -> in.skip(8);
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'J' -> stack.add((long) in.integer());
      case 'K' -> stack.add((long) in.one());
      case 'M' -> stack.add((long) in.unsignedShort());
      case 'I' -> {
        String line = in.line();
        stack.add(
            line.equals("01") ? (Object) true : line.equals("00") ? false : Long.valueOf(line));
      }
      case 'L' -> stack.add(Long.valueOf(in.line().replace("L", "")));
      case 0x8a -> stack.add(whole(in.raw(in.one())));
      case 'G' -> stack.add(in.bigEndianDouble());
      case 'F' -> stack.add(Double.valueOf(in.line()));
      case 'X' -> stack.add(in.text(in.unsignedInteger(), StandardCharsets.UTF_8));
      case 0x8c -> stack.add(in.text(in.one(), StandardCharsets.UTF_8));
      case 0x8d -> stack.add(in.text(in.longInteger(), StandardCharsets.UTF_8));
      case 'V' -> stack.add(in.line());
      case 'U' -> stack.add(in.text(in.one(), StandardCharsets.ISO_8859_1));
      case 'T' -> stack.add(in.text(in.unsignedInteger(), StandardCharsets.ISO_8859_1));
      case 'B' -> stack.add(in.raw(in.unsignedInteger()));
      case 'C' -> stack.add(in.raw(in.one()));
      case 0x8e, 0x96 -> stack.add(in.raw(in.longInteger()));
      case 'c' -> stack.add(new Global(in.line(), in.line()));
      case 0x93 -> {
        List<Object> names = last(2);
        stack.add(new Global((String) names.get(0), (String) names.get(1)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int op) throws IOException {
    switch (op) {
      case 'q' -> memo.put((long) in.one(), top());
      case 'r' -> memo.put(in.unsignedInteger(), top());
      case 'p' -> memo.put(Long.valueOf(in.line()), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> stack.add(remembered(in.one()));
      case 'j' -> stack.add(remembered(in.unsignedInteger()));
      case 'g' -> stack.add(remembered(Long.parseLong(in.line())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object remembered(long index) throws IOException {
    if (!memo.containsKey(index)) {
      throw new IOException("its pickle asks for what it never stored, number " + index);
    }
    return memo.get(index);
  }

  private static Object call(Object function, Object[] arguments) {
    Global global = (Global) function;
    return switch (global.toString()) {
      case "collections.OrderedDict" -> new LinkedHashMap<>();
      case "torch._utils._rebuild_parameter" -> arguments[0];
      case "_codecs.encode" -> ((String) arguments[0]).getBytes(StandardCharsets.ISO_8859_1);
      default -> new Thing(global, arguments);
    };
  }

  private static Object whole(byte[] littleEndian) throws IOException {
    if (littleEndian.length > 8) {
      // The magic number of old torch files is the only one that is so long.
      return new java.math.BigInteger(1, reversed(littleEndian)).toString(16);
    }
    long value = 0;
    for (int i = littleEndian.length - 1; i >= 0; i--) {
      boolean first = i == littleEndian.length - 1;
      value = value << 8 | (first ? littleEndian[i] : littleEndian[i] & 255);
    }
    return value;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static void put(Object target, List<Object> items) throws IOException {
    if (items.size() % 2 != 0) {
      throw new IOException("its pickle has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (key instanceof List || key instanceof Map) {
        throw new IOException("its pickle has a dictionary or a list as a key");
      }
      if (target instanceof Map) {
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) target;
        map.put(key, items.get(i + 1));
      }
    }
  }

  private static void add(Object target, List<Object> items) {
    if (target instanceof List) {
      @SuppressWarnings("unchecked")
      List<Object> list = (List<Object>) target;
      list.addAll(items);
    }
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  /** What lies beneath the last {@code count}. */
  private Object popTo(int count) {
    return stack.get(stack.size() - 1 - count);
  }

  private List<Object> last(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private List<Object> toMark() {
    int mark = stack.lastIndexOf(MARK);
    List<Object> tail = stack.subList(mark, stack.size());
    List<Object> items = new ArrayList<>(tail.subList(1, tail.size()));
    tail.clear();
    return items;
  }
}
