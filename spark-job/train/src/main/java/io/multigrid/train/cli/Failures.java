package io.multigrid.train.cli;

import io.multigrid.config.ConfigurationException;
import io.multigrid.engine.NoRoomException;
import io.multigrid.shard.ShardException;
import io.multigrid.train.ClusterException;
import io.multigrid.train.DataException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failure is called on stderr, and the exit code that it means. */
final class Failures {
  private static final Pattern HDFS = Pattern.compile("to (\\S+:\\d+) failed");

  private Failures() {}

  static int code(Throwable failure) {
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
    return Exit.FAILED;
  }

  private static String unreachable(Throwable failure) {
    Matcher address = HDFS.matcher(String.valueOf(failure.getMessage()));
    return (address.find() ? "hdfs://" + address.group(1) : "a file system")
        + " does not answer; check fs.defaultFS and that the NameNode runs";
  }

  /** The messages along the causes, without repeating what an outer one already quotes. */
  static String message(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConnectException || e instanceof UnknownHostException) {
        text.append(unreachable(failure));
        break;
      }
    }
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConfigurationException) {
        return e.getMessage();
      }
      String own = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (text.isEmpty()) {
        text.append(own);
      } else if (text.indexOf(own) < 0) {
        text.append("\n  because: ").append(own);
      }
    }
    return text.toString();
  }
}
