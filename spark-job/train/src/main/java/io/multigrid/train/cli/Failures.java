package io.multigrid.train.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.multigrid.config.ConfigurationException;
import io.multigrid.engine.NoRoomException;
import io.multigrid.engine.OutOfMemory;
import io.multigrid.shard.JsonFault;
import io.multigrid.shard.ShardException;
import io.multigrid.train.ClusterException;
import io.multigrid.train.DataException;
import io.multigrid.train.cluster.Mismatch;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a failure is called on stderr, and the exit code that it means. */
final class Failures {
  private static final Pattern HDFS = Pattern.compile("to (\\S+:\\d+) failed");
  private static final Pattern TRACE =
      Pattern.compile("\\s+at [\\w.$/<>]+\\(|\\s+\\.\\.\\. \\d+ more|Driver stacktrace:|\\s*$");

  private Failures() {}

  static int code(Throwable failure) {
    if (failure instanceof OutOfMemoryError) { // that of an executor comes wrapped
      return Exit.MEMORY;
    }
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConfigurationException) {
        return Exit.USAGE;
      }
      if (e instanceof ClusterException || e instanceof NoRoomException) {
        return Exit.CLUSTER;
      }
      if (e instanceof DataException || e instanceof ShardException) {
        return Exit.DATA;
      }
    }
    return Mismatch.of(failure).isPresent() ? Exit.CLUSTER : Exit.FAILED;
  }

  /** Which storage does not answer, if one is named; other connections have names of their own. */
  private static Optional<String> unreachable(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      Matcher address = HDFS.matcher(String.valueOf(e.getMessage()));
      if (address.find()) {
        return Optional.of(
            "hdfs://"
                + address.group(1)
                + " does not answer; check fs.defaultFS and that the NameNode runs");
      }
      if (e instanceof UnknownHostException) {
        return Optional.of(
            "there is no host " + e.getMessage() + "; check the address and the name service");
      }
    }
    return Optional.empty();
  }

  /** The messages along the causes, without repeating what an outer one already quotes. */
  static String message(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConfigurationException || e instanceof ClusterException) {
        return e.getMessage();
      }
    }
    Optional<String> mismatch = Mismatch.of(failure);
    if (mismatch.isPresent()) {
      return mismatch.get();
    }
    if (failure instanceof OutOfMemoryError) {
      return OutOfMemory.ofDriver(Thread.currentThread(), failure);
    }
    StringBuilder text = new StringBuilder(unreachable(failure).orElse(""));
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof JsonProcessingException json) {
        text.append(text.isEmpty() ? JsonFault.text(json) : "");
        continue; // whoever read it has said what is wrong; Jackson quotes the file
      }
      String own = e.getMessage() == null ? e.getClass().getSimpleName() : words(e.getMessage());
      if (text.isEmpty()) {
        text.append(own);
      } else if (text.indexOf(own) < 0) {
        text.append("\n  because: ").append(own);
      }
    }
    return text.toString();
  }

  /** A message without the stack traces that Spark quotes in its own. */
  private static String words(String message) {
    return message
        .lines()
        .filter(line -> !TRACE.matcher(line).lookingAt())
        .collect(Collectors.joining("\n"))
        .strip();
  }
}
