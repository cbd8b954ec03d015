package io.multigrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and numbers do not depend on the user's country (decision 0601). */
class LocaleTest {
  private static final Set<String> FORMATTERS =
      Set.of("java.lang.String", "java.io.PrintStream", "java.io.PrintWriter");

  private static final Set<String> METHODS =
      Set.of("format", "printf", "toLowerCase", "toUpperCase");

  /** What is written alike everywhere: text, hexadecimal numbers, line ends, per cent. */
  private static final Pattern SAFE = Pattern.compile("%-?\\d*s|%0?\\d*x|%n|%%");

  @TempDir Path folder;

  @Test
  void whoeverFormatsNamesTheLocale() {
    ClassFileImporter importer = new ClassFileImporter().withImportOption(LocaleTest::main);
    TreeSet<String> open = new TreeSet<>();
    importer
        .importPackages("io.multigrid")
        .forEach(c -> open.addAll(open(c.getAccessesFromSelf())));
    assertThat(open).isEmpty();
  }

  @Test
  void formattedWritesTextOnly() throws IOException {
    assertThat(sensitive(sources())).isEmpty();
  }

  @Test
  void callsWithoutLocaleAreFound() {
    var found = open(new ClassFileImporter().importClass(Open.class).getAccessesFromSelf());
    assertThat(found).hasSize(5);
    for (String name : List.of("format", "printf", "<init>", "toLowerCase", "toUpperCase")) {
      assertThat(found).as(name).anyMatch(line -> line.contains("." + name + "("));
    }
  }

  @Test
  void numbersInFormattedAreFound() throws IOException {
    Path file = folder.resolve("Open.java");
    Files.writeString(
        file,
        """
        class Open {
          String a = "%s%n %08x %-9s %%d".formatted(1, 2, 3);
          String b = "%d".formatted(1);
          String c = ("a " + "%,d").formatted(1);
          String d = "%%%.3f".formatted(1.0);
          String e = a.formatted(1);
          String f = "%S".formatted("i");
        }
        """);
    assertThat(sensitive(List.of(file)))
        .extracting(line -> line.replaceFirst("^.*Open.java: ", ""))
        .containsExactly("\"%d\"", "(\"a %,d\")", "\"%%%.3f\"", "a", "\"%S\"");
  }

  private static boolean main(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  /** Calls, and method references, that take the locale of the process. */
  private static List<String> open(Set<JavaAccess<?>> accesses) {
    return accesses.stream().filter(LocaleTest::open).map(JavaAccess::getDescription).toList();
  }

  private static boolean open(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getFullName();
    String name = access.getName();
    boolean formatter = owner.equals(Formatter.class.getName()) && name.equals("<init>");
    boolean method = FORMATTERS.contains(owner) && METHODS.contains(name);
    return (formatter || method)
        && !access.getTarget().getFullName().contains(Locale.class.getName());
  }

  /** What {@code formatted} is called on and is no literal, or has more than text in it. */
  private static List<String> sensitive(List<Path> sources) throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
      for (CompilationUnitTree unit : task.parse()) {
        new Formatted(unit, found).scan(unit, null);
      }
    }
    return found;
  }

  /** Main code of all modules. */
  private static List<Path> sources() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("spark-job"))) {
      root = root.getParent();
    }
    List<Path> sources = new ArrayList<>();
    for (String part : List.of("schedules", "data-prep", "spark-job")) {
      try (Stream<Path> files = Files.walk(root.resolve(part))) {
        files
            .filter(file -> file.toString().matches(".*/src/main/.*\\.java"))
            .forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(200);
    return sources;
  }

  private static final class Formatted extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final List<String> found;

    Formatted(CompilationUnitTree unit, List<String> found) {
      this.unit = unit;
      this.found = found;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals("formatted")) {
        String text = select.getExpression().toString();
        if (!text.contains("\"") || SAFE.matcher(text).replaceAll("").contains("%")) {
          found.add(unit.getSourceFile().getName() + ": " + text);
        }
      }
      return super.visitMethodInvocation(call, null);
    }
  }

  /** Everything that is not allowed, and what is. */
  @SuppressWarnings({"unused", "StringCaseLocaleUsage"})
  private static final class Open {
    Stream<String> all(String text) {
      System.out.printf("%s", text);
      System.out.printf(Locale.ROOT, "%s", text);
      try (Formatter open = new Formatter();
          Formatter closed = new Formatter(Locale.ROOT)) {
        return Stream.of(
                String.format("%s", text),
                String.format(Locale.ROOT, "%s", text),
                text.toUpperCase(),
                text.toLowerCase(Locale.ROOT),
                open + "" + closed)
            .map(String::toLowerCase)
            .map(s -> "%s".formatted(s));
      }
    }
  }
}
