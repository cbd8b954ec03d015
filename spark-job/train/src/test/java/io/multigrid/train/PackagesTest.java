package io.multigrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies between packages go one way: the picture of docs/architecture.md. */
class PackagesTest {
  private static final String ROOT = MainClasses.ROOT;

  /** From the bottom up: a package uses those above its own line only. */
  private static final List<String> ORDER =
      List.of(
          "networks",
          "config",
          "schedules",
          "shard.storage",
          "shard",
          "codec",
          "prep.catalogue",
          "prep.decode",
          "prep.report",
          "prep.job",
          "models",
          "models.weights",
          "engine",
          "engine.dispatch",
          "engine.bigdl",
          "engine.collective",
          "train",
          "train.feed",
          "train.settings",
          "train.cluster",
          "train.evaluate",
          "train.checkpoint",
          "train.replica",
          "train.metrics",
          "train.forecast",
          "train.run",
          "train.quickstart",
          "train.report",
          "train.cli");

  /** What a package, and all below it, must not use although it stands above. */
  private static final Map<String, List<String>> NEVER =
      Map.of(
          "networks", List.of("config"),
          "models", List.of("shard", "codec", "prep", "engine"),
          "engine", List.of("shard", "codec", "prep", "models", "schedules"),
          "engine.collective", List.of("engine.bigdl"),
          "train", List.of("engine.dispatch", "engine.bigdl", "engine.collective"),
          "train.feed", List.of("prep"),
          "train.evaluate", List.of("prep"),
          "train.replica", List.of("prep"),
          "train.run", List.of("prep"));

  /** Hadoop's own ways to files, which know neither patience nor what a failure means. */
  private static final List<String> HADOOP_FILES =
      List.of(
          "org.apache.hadoop.fs.FileSystem",
          "org.apache.hadoop.fs.FileContext",
          "org.apache.hadoop.fs.FileUtil",
          "org.apache.hadoop.fs.FSDataInputStream",
          "org.apache.hadoop.fs.FSDataOutputStream");

  /** What may be asked of them outside of the storage layer, and why. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "io.multigrid.train.cli.Locations calls FileSystem.getDefaultUri",
          "a setting, for which nobody is asked",
          "io.multigrid.train.forecast.StepTimesStore calls FileSystem.makeQualified",
          "words, for which nobody is asked");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes = MainClasses.read();
  }

  @Test
  void everyPackageHasItsPlace() {
    TreeSet<String> packages = new TreeSet<>();
    classes.stream().filter(MainClasses::ours).forEach(c -> packages.add(name(c)));
    assertThat(ORDER).containsExactlyInAnyOrderElementsOf(packages);
  }

  @Test
  void packagesUseOnlyThoseBelow() {
    TreeSet<String> wrong = new TreeSet<>();
    for (Dependency use : uses()) {
      String from = name(use.getOriginClass());
      String to = name(use.getTargetClass());
      if (ORDER.indexOf(to) > ORDER.indexOf(from)) {
        wrong.add(from + " uses " + to + ": " + use.getDescription());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatIsKeptApartStaysApart() {
    TreeSet<String> wrong = new TreeSet<>();
    for (Dependency use : uses()) {
      String from = name(use.getOriginClass());
      String to = name(use.getTargetClass());
      NEVER.forEach(
          (above, banned) -> {
            if (within(from, above) && banned.stream().anyMatch(b -> within(to, b))) {
              wrong.add(use.getDescription());
            }
          });
    }
    assertThat(wrong).isEmpty();
  }

  /** What reads settings into the records of their sections; nothing deeper sees them. */
  private static final List<String> EDGE =
      List.of(
          "config",
          "train.cli",
          "train.settings",
          "schedules.Recipe",
          "schedules.RecipeReader",
          "schedules.ModelReader",
          "prep.job.PrepSettings");

  @Test
  void settingsEndAtTheEdge() {
    TreeSet<String> deep = new TreeSet<>();
    TreeSet<String> readers = new TreeSet<>(EDGE);
    for (Dependency use : uses()) {
      JavaClass from = use.getOriginClass();
      String target = use.getTargetClass().getName();
      if (!List.of(ROOT + "config.Settings", ROOT + "config.Draft").contains(target)) {
        continue;
      }
      String type = from.getName().substring(ROOT.length()).split("\\$", 2)[0];
      if (EDGE.contains(name(from)) || EDGE.contains(type)) {
        readers.removeAll(List.of(name(from), type));
      } else {
        deep.add(use.getDescription());
      }
    }
    assertThat(deep).isEmpty();
    assertThat(readers).as("at the edge, and without settings").isEmpty();
  }

  /** Others hand a file system on to the storage layer, and ask nothing of it themselves. */
  @Test
  void filesAreReachedThroughTheStorageLayerAlone() {
    TreeSet<String> calls = new TreeSet<>();
    classes.stream()
        .filter(MainClasses::ours)
        .filter(c -> !name(c).equals("shard.storage"))
        .flatMap(c -> c.getAccessesFromSelf().stream())
        .filter(PackagesTest::ofHadoopsFiles)
        .forEach(
            call ->
                calls.add(
                    "%s calls %s.%s"
                        .formatted(
                            call.getOriginOwner().getName(),
                            call.getTargetOwner().getSimpleName(),
                            call.getTarget().getName())));
    assertThat(calls).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  private static boolean ofHadoopsFiles(JavaAccess<?> access) {
    return HADOOP_FILES.stream().anyMatch(access.getTargetOwner()::isAssignableTo);
  }

  private static boolean within(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  private static List<Dependency> uses() {
    return classes.stream()
        .filter(MainClasses::ours)
        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
        .filter(d -> MainClasses.ours(d.getTargetClass()))
        .toList();
  }

  private static String name(JavaClass type) {
    return type.getPackageName().substring(ROOT.length());
  }
}
