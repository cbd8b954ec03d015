package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/multigrid} before it starts a JVM: what it refuses, and the command that it starts,
 * which a script in the place of {@code java} prints.
 */
class LauncherTest {
  private static final String LOCAL = "io.multigrid.train.cli.Main";

  @TempDir Path folder;
  private Path home;
  private final Map<String, String> environment = new TreeMap<>();

  private record Said(int code, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    home = folder.resolve("multi grid");
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String file : List.of("multigrid", "checks.bash", "out-of-memory")) {
      Files.copy(Launched.home().resolve("bin").resolve(file), bin.resolve(file));
    }
    Path lib = Files.createDirectories(home.resolve("spark-job/train/target/lib"));
    Files.createFile(lib.resolve("multigrid-train-1.jar"));
    spark(
        home.resolve("deploy/spark/target"),
        "spark-core_2.12-3.5.9.jar",
        "hadoop-client-api-3.3.4.jar");
    environment.put("JAVA_HOME", java("17.0.15").toString());
    environment.put("HOME", Files.createDirectories(folder.resolve("me")).toString());
    environment.put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
  }

  private static void spark(Path home, String... jars) throws IOException {
    Path folder = Files.createDirectories(home.resolve("jars"));
    for (String jar : jars) {
      Files.createFile(folder.resolve(jar));
    }
  }

  private Path java(String version) throws IOException {
    Path jdk = folder.resolve("jdk-" + version);
    script(jdk.resolve("bin/java"), "printf '%s\\n' \"$@\"");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Said run(String... arguments) throws IOException, InterruptedException {
    return run(home.resolve("bin/multigrid"), arguments);
  }

  private Said run(Path launcher, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().putAll(environment);
    builder.redirectError(folder.resolve("err").toFile());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), out, Files.readString(folder.resolve("err")));
  }

  private void refused(int code, String message, String... arguments) throws Exception {
    Said said = run(arguments);
    assertThat(said.err()).startsWith("multigrid: ").contains(message);
    assertThat(said.code()).isEqualTo(code);
    assertThat(said.out()).isEmpty();
  }

  @Test
  void optionsThatWouldDoNothingAreRefused() throws Exception {
    String form = "must be a setting of Spark, spark.KEY=VALUE";
    refused(Exit.USAGE, "--spark foo: " + form, "plan", "--spark", "foo");
    refused(Exit.USAGE, "--spark executor.cores=2: " + form, "plan", "--spark=executor.cores=2");
    refused(
        Exit.USAGE,
        "--spark spark.executor.memory=8g: has no effect on one machine",
        "train",
        "--spark",
        "spark.executor.memory=8g");
    refused(
        Exit.USAGE,
        "--master mesos://h: must be local[N], spark://HOST:PORT, yarn or k8s://URL",
        "plan",
        "--master=mesos://h");
  }

  @Test
  void standaloneMastersHaveNoClusterMode() throws Exception {
    refused(
        Exit.USAGE,
        "spark.submit.deployMode = cluster: must be client with a standalone master",
        "train",
        "--master",
        "spark://h:7077",
        "--spark",
        "spark.submit.deployMode=cluster");
  }

  @Test
  void relativePathsAreRefusedForADriverOnAnotherMachine() throws Exception {
    String[] yarn = {
      "train",
      "--master",
      "yarn",
      "--spark",
      "spark.submit.deployMode=cluster",
      "--data=hdfs:///d",
      "--out",
      "run"
    };
    refused(Exit.USAGE, "--out run: is relative, and the driver runs on another machine", yarn);
    yarn[yarn.length - 1] = "/run";
    assertThat(run(yarn).code()).isEqualTo(Exit.DONE);
  }

  @Test
  void everythingThatIsWrongIsToldTogether() throws Exception {
    String[] yarn = {
      "train",
      "--master=yarn",
      "--spark=foo",
      "--spark=spark.master=yarn",
      "--spark=spark.submit.deployMode=cluster",
      "--spark=spark.driver.extraJavaOptions='",
      "--data=d",
      "--conf",
      "c",
      "--out=/run"
    };
    Said said = run(yarn);
    assertThat(said.code()).isEqualTo(Exit.USAGE);
    assertThat(said.err().lines().map(line -> line.replaceAll(": (must|has|is|a) .*", "")))
        .containsExactly(
            "multigrid: --spark foo",
            "--spark spark.master=yarn",
            "--data d",
            "--conf c",
            "--spark spark.driver.extraJavaOptions='");
    Said local =
        run("plan", "--spark=foo", "--spark=spark.executor.cores=2", "--spark=spark.yarn.x=1");
    assertThat(local.code()).isEqualTo(Exit.USAGE);
    assertThat(local.err().lines()).hasSize(3);
    Said nowhere = run("plan", "--master=mesos://h", "--spark=foo");
    assertThat(nowhere.err().lines()).hasSize(2);
  }

  @Test
  void otherVersionsOfJavaAreRefused() throws Exception {
    for (String version : List.of("11.0.2", "1.8.0_402", "25", "23.0.1")) {
      environment.put("JAVA_HOME", java(version).toString());
      refused(Exit.CLUSTER, "is Java " + version + ": must be 17 to 22", "plan");
    }
    environment.put("JAVA_HOME", java("21.0.8").toString());
    assertThat(run("plan").code()).isEqualTo(Exit.DONE);
    environment.put("JAVA_HOME", folder.resolve("none").toString());
    refused(Exit.FAILED, "was not found; install JDK 17 or set JAVA_HOME", "plan");
  }

  @Test
  void otherSparksAreRefused() throws Exception {
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    refused(Exit.CLUSTER, "no Spark in " + folder.resolve("spark/jars"), "plan");
    spark(folder.resolve("spark"), "spark-core_2.13-4.0.0.jar");
    refused(
        Exit.CLUSTER,
        "is 4.0.0 for Scala 2.13: must be 3.5 for Scala 2.12; point SPARK_HOME",
        "plan");
    environment.put("SPARK_HOME", folder.resolve("bare").toString());
    spark(folder.resolve("bare"), "spark-core_2.12-3.5.1.jar");
    refused(Exit.CLUSTER, "is without Hadoop's classes: set SPARK_DIST_CLASSPATH", "plan");
    environment.put("SPARK_DIST_CLASSPATH", "/hadoop/*");
    assertThat(run("plan").out()).contains("/bare/jars/*:/hadoop/*");
  }

  @Test
  void itStartsFromAnyFolderAndThroughSymbolicLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("mg"), home.resolve("bin/multigrid"));
    Path twice =
        Files.createSymbolicLink(Files.createDirectory(folder.resolve("x")).resolve("mg"), link);
    Said said = run(twice, "plan", "--set", "a=b c");
    assertThat(said.code()).as(said.err()).isEqualTo(Exit.DONE);
    assertThat(said.out().lines())
        .contains("-Xmx4g", LOCAL, "plan", "--set", "a=b c")
        .contains("-XX:OnOutOfMemoryError='" + home + "/bin/out-of-memory' %p");
  }

  @Test
  void settingsOfSparkWorkOnOneMachineToo() throws Exception {
    Said said =
        run(
            "train",
            "--master=local[3]",
            "--spark",
            "spark.driver.memory=6144",
            "--spark=spark.local.dir=/scratch",
            "--spark",
            "spark.driver.extraJavaOptions=-Da=1 -Db=2");
    assertThat(said.out().lines())
        .contains(
            "-Dspark.master=local[3]", "-Xmx6144m", "-Dspark.local.dir=/scratch", "-Da=1", "-Db=2");
  }

  @Test
  void javaOptionsAreSplitAsSparkSplitsThem() throws Exception {
    String options = "  -Da=\"x y\" '-Db=1  \"2\"' -Dc=\"\\\"q\\\"\" -Dd='' -De=\\s";
    Said said = run("plan", "--spark", "spark.driver.extraJavaOptions=" + options);
    assertThat(said.out().lines())
        .containsSubsequence("-Da=x y", "-Db=1  \"2\"", "-Dc=\"q\"", "-Dd=", "-De=\\s", "-cp");
    refused(
        Exit.USAGE,
        "a quote is not closed",
        "plan",
        "--spark",
        "spark.driver.extraJavaOptions=-Da='x");
  }

  @Test
  void theHeapOfADriverIsTheSameWithAClustersOwnSpark() throws Exception {
    Path own = folder.resolve("spark");
    spark(own, "spark-core_2.12-3.5.1.jar", "hadoop-client-api-3.3.4.jar");
    script(own.resolve("bin/spark-submit"), "printf '%s\\n' \"$@\"");
    environment.put("SPARK_HOME", own.toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    String[] train = {"train", "--master", "spark://h:7077"};
    assertThat(run(train).out())
        .contains("--driver-memory\n4g\n", "ExitOnOutOfMemoryError", "bin/out-of-memory' %p");
    Files.createDirectories(own.resolve("conf"));
    Files.writeString(own.resolve("conf/spark-defaults.conf"), "spark.driver.memory   7g\n");
    assertThat(run(train).out()).contains("--driver-memory\n7g\n");
    for (String memory : List.of("6144", " = 6144m", ": 6144MB")) {
      Files.writeString(own.resolve("conf/spark-defaults.conf"), "spark.driver.memory " + memory);
      assertThat(run(train).out()).contains("--driver-memory\n6144m\n");
    }
    environment.put("MULTIGRID_HEAP", "9g");
    assertThat(run(train).out()).contains("--driver-memory\n9g\n", "--deploy-mode\nclient\n");
    Said said =
        run(
            "train",
            "--master",
            "yarn",
            "--spark",
            "spark.driver.memory=11g",
            "--spark",
            "spark.executor.cores=4");
    assertThat(said.out()).contains("--driver-memory\n11g\n", "--conf\nspark.executor.cores=4\n");
  }

  /** Java's own option would end it with the code of bad data. */
  @Test
  void aFullHeapEndsADriverInTheClusterWithTheSameCode() throws Exception {
    Said said = run("plan", "--master", "yarn", "--spark", "spark.submit.deployMode=cluster");
    assertThat(said.err()).isEmpty();
    assertThat(said.out())
        .contains("-XX:OnOutOfMemoryError='echo multigrid: the driver is out of memory, give it")
        .contains("kill -9 %p'")
        .as("where a process may not be killed from within")
        .contains("-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void oneVariableSaysWhereEverythingTemporaryGoes() throws Exception {
    assertThat(run("plan").out())
        .contains("-Djava.io.tmpdir=" + folder.resolve("tmp") + "\n")
        .contains("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("me/.javacpp/cache") + "\n");
    environment.put("MULTIGRID_TMP", folder.resolve("big").toString());
    assertThat(run("plan").out())
        .contains("-Djava.io.tmpdir=" + folder.resolve("big") + "\n")
        .contains("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("big/multigrid-natives-"));
    environment.put("MULTIGRID_TMP", "big");
    assertThat(run("plan").out())
        .as("executors have another working folder")
        .contains("-Djava.io.tmpdir=" + folder.toRealPath().resolve("big") + "\n");
    environment.put("MULTIGRID_TMP", "/dev/null/none");
    refused(
        Exit.FAILED,
        "MULTIGRID_TMP = /dev/null/none: must be a folder that can be written, not mounted noexec, with 600 MB free",
        "plan");
  }

  @Test
  void aFullHeapIsSaidAndEndsTheProcess() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    Said said = run(home.resolve("bin/out-of-memory"), String.valueOf(sleeper.pid()));
    assertThat(said.err())
        .startsWith("multigrid: the driver is out of memory")
        .contains("MULTIGRID_HEAP");
    assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(sleeper.exitValue()).isEqualTo(137);
  }
}
