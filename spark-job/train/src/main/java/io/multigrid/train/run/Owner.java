package io.multigrid.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Who trains into a folder: {@code owner.json}.
 *
 * @param machine one start of one machine, and the processes that see each other there
 * @param started when the process started: another one may get its number later
 * @param since when training began
 * @param token of this training alone
 * @param beats how often it has said that it lives
 */
record Owner(
    String host, String machine, long pid, String started, String since, String token, long beats) {
  private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path PROCESSES = Path.of("/proc/self/ns/pid");

  /** A training of this process. */
  static Owner here() {
    return new Owner(
        read(HOST),
        read(BOOT) + " " + link(PROCESSES),
        ProcessHandle.current().pid(),
        started(ProcessHandle.current()),
        Instant.now().toString(),
        UUID.randomUUID().toString(),
        0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String link(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      return UUID.randomUUID().toString(); // nobody's processes can be told to be ours
    }
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  Owner beat() {
    return new Owner(host, machine, pid, started, since, token, beats + 1);
  }

  boolean same(Owner other) {
    return token.equals(other.token);
  }

  /** Whether it runs, as far as this process can see; empty if it is elsewhere. */
  Optional<Boolean> runs() {
    if (!machine.equals(here().machine)) {
      return Optional.empty();
    }
    return Optional.of(
        ProcessHandle.of(pid).filter(process -> started(process).equals(started)).isPresent());
  }

  String text() {
    return "process %s on %s, since %s".formatted(pid, host, since);
  }
}
