package io.multigrid.train.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command in this process came to. */
record Outcome(int code, String err, String out) {
  static Outcome of(String... arguments) {
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(arguments);
      return new Outcome(
          code, told.toString(StandardCharsets.UTF_8), printed.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
  }
}
