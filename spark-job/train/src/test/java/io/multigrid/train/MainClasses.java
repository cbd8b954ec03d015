package io.multigrid.train;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;

/** The classes of all modules, without tests. */
final class MainClasses {
  static final String ROOT = "io.multigrid.";

  private MainClasses() {}

  static JavaClasses read() {
    return new ClassFileImporter()
        .withImportOption(MainClasses::main)
        .importPackages("io.multigrid");
  }

  private static boolean main(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  static boolean ours(JavaClass type) {
    return type.getPackageName().startsWith(ROOT) && !type.getSimpleName().equals("package-info");
  }
}
