package io.multigrid.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;

/**
 * FFmpeg's process-wide state: the library is loaded once, and what it logs is kept for whoever
 * decodes on that thread instead of being printed.
 */
public final class Ffmpeg {
  private static final int KEPT_LINES = 8;
  private static final ThreadLocal<LogLines> LINES = ThreadLocal.withInitial(LogLines::new);
  private static final LogCallback LOG =
      new LogCallback() {
        @Override
        public void call(int level, BytePointer message) {
          LINES.get().add(message.getString(StandardCharsets.UTF_8));
        }
      };

  static {
    av_log_set_level(AV_LOG_ERROR);
    setLogCallback(LOG);
  }

  private Ffmpeg() {}

  /** Loads the native libraries and redirects their log. */
  public static void load() {}

  /** Forgets what FFmpeg has logged on this thread. */
  public static void clearLog() {
    LINES.get().clear();
  }

  /** What FFmpeg has logged on this thread since {@link #clearLog()}, joined; may be empty. */
  public static String log() {
    return LINES.get().toString();
  }

  /** FFmpeg's name for a negative return code. */
  public static String error(int code) {
    try (BytePointer text = new BytePointer(128)) {
      av_strerror(code, text, text.capacity());
      String padded = text.getString(StandardCharsets.UTF_8);
      return padded.substring(0, padded.indexOf('\0')) + " (" + code + ")";
    }
  }

  private static final class LogLines {
    private final StringBuilder text = new StringBuilder();
    private int lines;
    private int dropped;

    void add(String message) {
      String line = message.strip();
      if (line.isEmpty()) {
        return;
      }
      if (lines >= KEPT_LINES) {
        dropped++;
        return;
      }
      lines++;
      text.append(text.isEmpty() ? "" : "; ").append(line);
    }

    void clear() {
      text.setLength(0);
      lines = 0;
      dropped = 0;
    }

    @Override
    public String toString() {
      return dropped == 0 ? text.toString() : text + "; and " + dropped + " more messages";
    }
  }
}
