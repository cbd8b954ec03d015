package io.multigrid.shard.storage;

import static io.multigrid.shard.storage.Failure.DAMAGED;
import static io.multigrid.shard.storage.Failure.MISSING;
import static io.multigrid.shard.storage.Failure.NO_SPACE;
import static io.multigrid.shard.storage.Failure.REFUSED;
import static io.multigrid.shard.storage.Failure.TEMPORARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.multigrid.shard.ShardException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  private static final String HDFS = "org.apache.hadoop.hdfs.";

  /** An exception of a server, as Hadoop's client hands it on. */
  private static RemoteException remote(String name, String message) {
    return new RemoteException(name, message + "\n\tat org.apache.hadoop.hdfs.server.Somewhere");
  }

  /** An FSError cannot be made from outside its package but by Hadoop itself. */
  private static Error fsError(IOException cause) {
    try {
      var constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(cause);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Arguments> failures() {
    return Stream.of(
        arguments(DAMAGED, new ChecksumException("Checksum error: file:/x at 512", 512), "restore"),
        arguments(DAMAGED, new IOException(new ChecksumException("x", 1)), "restore"),
        arguments(
            DAMAGED, new EOFException("End of file reached before reading fully."), "restore"),
        arguments(DAMAGED, new ShardException("not a shard"), "restore"),
        arguments(MISSING, new FileNotFoundException("File does not exist: /x"), "check the path"),
        arguments(MISSING, new NoSuchFileException("/x"), "check the path"),
        arguments(
            MISSING,
            remote("java.io.FileNotFoundException", "File does not exist: /x"),
            "check the path"),
        arguments(
            NO_SPACE, fsError(new IOException("No space left on device")), "the disk is full"),
        arguments(NO_SPACE, new IOException("No space left on device"), "the disk is full"),
        arguments(
            NO_SPACE,
            new UncheckedIOException(new FileSystemException("/x", null, "Disk quota exceeded")),
            "free space"),
        arguments(NO_SPACE, new DSQuotaExceededException("the quota"), "-setSpaceQuota"),
        arguments(
            NO_SPACE,
            remote(HDFS + "protocol.DSQuotaExceededException", "the quota"),
            "-setSpaceQuota"),
        arguments(NO_SPACE, new NSQuotaExceededException("the quota"), "dfsadmin -setQuota"),
        arguments(
            NO_SPACE,
            remote(HDFS + "protocol.QuotaByStorageTypeExceededException", "the quota"),
            "-setSpaceQuota"),
        arguments(REFUSED, new AccessControlException("Permission denied: user=x"), "grant"),
        arguments(
            REFUSED,
            remote("org.apache.hadoop.security.AccessControlException", "Permission denied"),
            "grant"),
        arguments(REFUSED, new AccessDeniedException("/x"), "grant"),
        arguments(REFUSED, new FileNotFoundException("/x (Permission denied)"), "grant"),
        arguments(
            MISSING, new FileNotFoundException("/x (No such file or directory)"), "check the path"),
        arguments(
            NO_SPACE,
            new FileNotFoundException("/x (No space left on device)"),
            "the disk is full"),
        arguments(NO_SPACE, new FileNotFoundException("/x (Disk quota exceeded)"), "free space"),
        arguments(TEMPORARY, new FileNotFoundException("/x (Too many open files)"), ""),
        arguments(TEMPORARY, new FileNotFoundException("/x (Stale file handle)"), ""),
        arguments(REFUSED, new UnsupportedOperationException("append"), "take a folder on HDFS"),
        arguments(
            REFUSED,
            remote("org.apache.hadoop.security.token.SecretManager$InvalidToken", "expired"),
            "kinit"),
        arguments(
            TEMPORARY, remote(HDFS + "server.namenode.SafeModeException", "safe"), "safemode wait"),
        arguments(TEMPORARY, new ConnectException("Connection refused"), "nobody answers"),
        arguments(TEMPORARY, new SocketTimeoutException("60000 millis timeout"), "run again"),
        arguments(TEMPORARY, remote("org.apache.hadoop.ipc.StandbyException", "x"), "run again"),
        arguments(
            TEMPORARY,
            new EOFException("End of File Exception between local host is: \"a\"; x"),
            "run again"),
        arguments(
            TEMPORARY,
            remote("java.io.IOException", "File /x could only be written to 0 of the 1"),
            "dfsadmin -report"),
        arguments(TEMPORARY, new IOException("/no space left on device/x broke"), "run again"),
        arguments(TEMPORARY, new IOException(), "run again"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureIsOfAKindAndHasARemedy(Failure kind, Throwable failure, String remedy) {
    assertThat(Failure.of(failure)).isEqualTo(kind);
    StorageException told = StorageException.of("read", new Path("/data/x"), failure);
    assertThat(told.failure()).isEqualTo(kind);
    assertThat(told).hasMessageStartingWith("Cannot read /data/x: ");
    assertThat(told.getMessage()).contains(remedy).doesNotContain("\n");
    assertThat(Failure.of(new RuntimeException("a task failed", told))).isEqualTo(kind);
  }

  /** One of each kind: every failure more would cost a pause. */
  @ParameterizedTest
  @EnumSource
  void onlyWhatMayPassIsWaitedFor(Failure kind) {
    Throwable failure =
        failures()
            .filter(one -> one.get()[0] == kind)
            .map(one -> (Throwable) one.get()[1])
            .findFirst()
            .orElseThrow();
    int[] asked = new int[1];
    Throwable thrown =
        catchThrowable(
            () ->
                new Patience(60)
                    .run(
                        () -> {
                          asked[0]++;
                          throw asked[0] == 1
                              ? StorageException.of("read", new Path("/x"), failure)
                              : StorageException.damaged("enough");
                        }));
    boolean passes = kind == TEMPORARY || kind == NO_SPACE;
    assertThat(asked[0]).isEqualTo(passes ? 2 : 1);
    assertThat(Failure.of(thrown)).isEqualTo(passes ? DAMAGED : kind);
  }

  /** Hadoop's error of a local disk is waited for like an exception, and is none of Java's. */
  @Test
  void anFsErrorIsAFailureLikeOthers() throws IOException {
    int[] asked = new int[1];
    int answer =
        new Patience(60)
            .of(
                () -> {
                  if (++asked[0] == 1) {
                    throw fsError(new IOException("No space left on device"));
                  }
                  return 7;
                });
    assertThat(answer).isEqualTo(7);
    assertThatIOException()
        .isThrownBy(
            () ->
                Patience.NONE.run(
                    () -> {
                      throw fsError(new IOException("No space left on device"));
                    }))
        .withMessageContaining("No space left on device");
  }
}
