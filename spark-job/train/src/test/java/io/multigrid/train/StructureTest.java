package io.multigrid.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much a record holds and a method takes, in all modules. */
class StructureTest {
  private static final int COMPONENTS = 10;
  private static final int PARAMETERS = 7;

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes = MainClasses.read();
  }

  @Test
  void recordsHaveFewComponents() {
    assertThat(records()).hasSizeGreaterThan(100);
    TreeSet<String> wrong = new TreeSet<>();
    records()
        .filter(type -> components(type) > COMPONENTS)
        .forEach(type -> wrong.add(type.getName() + ": " + components(type) + " components"));
    assertThat(wrong).isEmpty();
  }

  @Test
  void methodsAndConstructorsTakeFewParameters() {
    TreeSet<String> wrong = new TreeSet<>();
    classes.stream()
        .flatMap(type -> type.getCodeUnits().stream())
        .filter(StructureTest::ofOurChoice)
        .filter(unit -> parameters(unit) > PARAMETERS)
        .forEach(unit -> wrong.add(unit.getFullName() + ": " + parameters(unit) + " parameters"));
    assertThat(wrong).isEmpty();
  }

  private static Stream<JavaClass> records() {
    return classes.stream().filter(JavaClass::isRecord);
  }

  private static long components(JavaClass type) {
    return type.getFields().stream().filter(StructureTest::ofAnObject).count();
  }

  private static boolean ofAnObject(JavaField field) {
    return !field.getModifiers().contains(JavaModifier.STATIC);
  }

  /**
   * Left out is what a compiler makes (lambdas, bridges, constructors of anonymous classes), a
   * record's constructor of all its components, and what overrides a method of somebody else's
   * class: one of the same name and as many parameters.
   */
  private static boolean ofOurChoice(JavaCodeUnit unit) {
    JavaClass owner = unit.getOwner();
    if (unit.getModifiers().contains(JavaModifier.SYNTHETIC)) {
      return false;
    }
    if (unit instanceof JavaConstructor) {
      boolean canonical = owner.isRecord() && unit.getParameters().size() == components(owner);
      return !canonical && !owner.isAnonymousClass() && !owner.isLocalClass();
    }
    return Stream.concat(
            owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
        .filter(parent -> !MainClasses.ours(parent))
        .flatMap(parent -> parent.getMethods().stream())
        .noneMatch(method -> overrides(unit, method));
  }

  private static boolean overrides(JavaCodeUnit unit, JavaCodeUnit foreign) {
    return unit.getName().equals(foreign.getName())
        && unit.getParameters().size() == foreign.getParameters().size();
  }

  /** As they are written: enums add a name and a number, inner classes the object around them. */
  private static int parameters(JavaCodeUnit unit) {
    JavaClass owner = unit.getOwner();
    int written = unit.getParameters().size();
    if (unit instanceof JavaConstructor && owner.isEnum()) {
      return written - 2;
    }
    if (unit instanceof JavaConstructor && owner.isInnerClass()) {
      return written - 1;
    }
    return written;
  }
}
