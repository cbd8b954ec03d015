package io.multigrid.train.cli;

import io.multigrid.engine.OutOfMemory;
import java.util.Locale;
import org.apache.hadoop.security.UserGroupInformation;

/** What a process of ours is prepared for before anything runs. */
final class DriverProcess {
  /** Java's name for a user id that has none. */
  private static final String NAMELESS = "?";

  private DriverProcess() {}

  static void prepare() {
    Locale.setDefault(Locale.ROOT); // names and numbers that are written are read again elsewhere
    Thread.setDefaultUncaughtExceptionHandler(DriverProcess::uncaught);
    String name = System.getProperty("user.name");
    if (name == null || name.equals(NAMELESS)) {
      logIn(System.getenv("HADOOP_USER_NAME"));
    }
  }

  /** Hadoop asks the system for the user's name, and fails where there is none. */
  private static void logIn(String given) {
    String name = given == null || given.isEmpty() ? "nameless" : given;
    System.setProperty("user.name", name);
    UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
  }

  /** A thread that ends for want of memory leaves others waiting for it, for ever. */
  private static void uncaught(Thread thread, Throwable thrown) {
    if (Main.traced()) {
      thrown.printStackTrace();
    }
    boolean memory = thrown instanceof OutOfMemoryError;
    String told =
        memory
            ? OutOfMemory.ofDriver(thread, thrown)
            : thread.getName() + ": " + Failures.message(thrown);
    System.err.println("multigrid: " + told);
    if (thrown instanceof VirtualMachineError) {
      Runtime.getRuntime().halt(memory ? Exit.MEMORY : Exit.FAILED);
    }
  }
}
