package dev.cloude.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency list of docs/architecture.md, held by the build. */
@AnalyzeClasses(packages = "dev.cloude", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final DescribedPredicate<JavaClass> JNA = resideInAPackage("com.sun.jna..");

  private static final DescribedPredicate<JavaClass> JAKARTA =
      resideInAnyPackage("jakarta..", "org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule VMM_KNOWS_NO_JAKARTA_AND_NO_OTHER_MODULE =
      noClasses()
          .that(are(in("dev.cloude.vmm..")))
          .should()
          .dependOnClassesThat(
              JAKARTA.or(
                  resideInAnyPackage(
                      "dev.cloude.api..",
                      "dev.cloude.initramfs..",
                      "dev.cloude.runtime..",
                      "dev.cloude.ejb..",
                      "dev.cloude.web..",
                      "dev.cloude.cli..")));

  @ArchTest
  static final ArchRule IMAGES_KNOW_NO_JAKARTA_AND_NO_OTHER_MODULE =
      noClasses()
          .that(are(in("dev.cloude.initramfs..")))
          .should()
          .dependOnClassesThat(
              JAKARTA.or(
                  resideInAnyPackage(
                      "dev.cloude.api..",
                      "dev.cloude.vmm..",
                      "dev.cloude.runtime..",
                      "dev.cloude.ejb..",
                      "dev.cloude.web..",
                      "dev.cloude.cli..")));

  @ArchTest
  static final ArchRule API_STANDS_ALONE =
      classes()
          .that(are(in("dev.cloude.api..")))
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage("java..", "dev.cloude.api.."));

  @ArchTest
  static final ArchRule RUNTIME_KNOWS_NO_ROWS_AND_NO_HTTP_API =
      noClasses()
          .that(are(in("dev.cloude.runtime..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.cloude.ejb..",
                  "dev.cloude.web..",
                  "dev.cloude.cli..",
                  "jakarta.persistence..",
                  "jakarta.ws.rs.."));

  @ArchTest
  static final ArchRule EJB_KNOWS_NO_HTTP =
      noClasses()
          .that(are(in("dev.cloude.ejb..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.cloude.web..", "dev.cloude.cli..", "dev.cloude.vmm..", "jakarta.ws.rs.."));

  @ArchTest
  static final ArchRule CLI_KNOWS_ONLY_THE_WIRE =
      noClasses()
          .that(are(in("dev.cloude.cli..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.cloude.vmm..",
                  "dev.cloude.initramfs..",
                  "dev.cloude.runtime..",
                  "dev.cloude.ejb.."));

  @ArchTest
  static final ArchRule JNA_ONLY_WHERE_NATIVES_LIVE =
      noClasses()
          .that(
              are(
                  DescribedPredicate.not(
                      resideInAnyPackage(
                          "dev.cloude.vmm.libc..",
                          "dev.cloude.vmm.kvm..",
                          "dev.cloude.vmm.memory.."))))
          .should()
          .dependOnClassesThat(JNA);

  @ArchTest
  static final ArchRule NATIVES_ARE_REGISTERED_IN_ONE_PACKAGE =
      noClasses()
          .that(are(DescribedPredicate.not(resideInAPackage("dev.cloude.vmm.libc.."))))
          .should()
          .callMethod("com.sun.jna.Native", "register", "java.lang.String");

  @ArchTest
  static final ArchRule PERSISTENCE_ONLY_IN_EJB =
      noClasses()
          .that(are(DescribedPredicate.not(resideInAPackage("dev.cloude.ejb.."))))
          .should()
          .dependOnClassesThat(resideInAnyPackage("jakarta.persistence..", "org.flywaydb.."));

  @ArchTest
  static final ArchRule REST_ONLY_IN_WEB =
      noClasses()
          .that(are(DescribedPredicate.not(resideInAPackage("dev.cloude.web.."))))
          .should()
          .dependOnClassesThat(resideInAPackage("jakarta.ws.rs.."));

  @ArchTest
  static final ArchRule HEALTH_CHECKS_ONLY_IN_RUNTIME =
      noClasses()
          .that(are(DescribedPredicate.not(resideInAPackage("dev.cloude.runtime.."))))
          .should()
          .dependOnClassesThat(resideInAPackage("org.eclipse.microprofile.health.."));

  @ArchTest
  static final ArchRule THREADS_ARE_MADE_ONLY_IN_THE_VMM =
      noClasses()
          .that(are(DescribedPredicate.not(resideInAPackage("dev.cloude.vmm.."))))
          .should()
          .callConstructorWhere(
              DescribedPredicate.describe(
                  "target is a Thread",
                  call -> call.getTargetOwner().isAssignableTo(Thread.class)));

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().matching("dev.cloude.(**)").should().beFreeOfCycles();

  private static DescribedPredicate<JavaClass> in(String pattern) {
    return resideInAPackage(pattern);
  }
}
