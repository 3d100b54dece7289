package io.parley.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.InstantSource;

/** Who may import whom. A new package fails here until it has a place in the picture. */
@AnalyzeClasses(packages = "io.parley", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_know_only_what_the_flow_lets_them_know = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("application").definedBy("io.parley")
            .layer("conversation").definedBy("io.parley.conversation..")
            .layer("sse").definedBy("io.parley.sse")
            .layer("provider").definedBy("io.parley.provider")
            .layer("one provider").definedBy("io.parley.provider.*..")
            .layer("context").definedBy("io.parley.context")
            .layer("usage").definedBy("io.parley.usage")
            .layer("stream").definedBy("io.parley.stream")
            .layer("session").definedBy("io.parley.session")
            .layer("turn").definedBy("io.parley.turn..")
            .layer("store").definedBy("io.parley.store")
            .layer("api").definedBy("io.parley.api..")
            .layer("simulator").definedBy("io.parley.simulator")
            .whereLayer("application").mayOnlyAccessLayers("conversation")
            .whereLayer("conversation").mayNotAccessAnyLayer()
            .whereLayer("sse").mayNotAccessAnyLayer()
            .whereLayer("provider").mayOnlyAccessLayers("conversation", "sse")
            .whereLayer("one provider").mayOnlyAccessLayers("provider", "conversation", "sse")
            .whereLayer("context").mayOnlyAccessLayers("conversation", "provider")
            .whereLayer("usage").mayOnlyAccessLayers("conversation", "provider")
            .whereLayer("stream").mayOnlyAccessLayers("conversation")
            .whereLayer("session").mayOnlyAccessLayers("conversation")
            .whereLayer("turn")
            .mayOnlyAccessLayers("conversation", "session", "context", "usage", "provider", "stream")
            .whereLayer("store")
            .mayOnlyAccessLayers("conversation", "session", "turn", "stream", "usage", "context", "provider")
            .whereLayer("api")
            .mayOnlyAccessLayers("session", "turn", "context", "usage", "stream", "conversation", "sse", "provider")
            .whereLayer("simulator").mayOnlyAccessLayers("sse")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule one_provider_does_not_know_another = slices()
            .matching("io.parley.provider.(*)..")
            .should().notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule a_turn_does_not_know_its_recovery = noClasses()
            .that().resideInAPackage("io.parley.turn")
            .should().dependOnClassesThat().resideInAPackage("io.parley.turn.recover")
            .because("recovery calls into the turn, which knows only DeadTurns");

    @ArchTest
    static final ArchRule only_the_store_sees_redis = noClasses()
            .that().resideOutsideOfPackage("io.parley.store")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.quarkus.redis..", "io.vertx.redis..", "io.vertx.mutiny.redis..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_api_sees_rest = noClasses()
            .that().resideOutsideOfPackage("io.parley.api..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "org.jboss.resteasy..", "io.quarkiverse.resteasy..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule the_conversation_knows_no_framework = classes()
            .that().resideInAPackage("io.parley.conversation..")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.parley.conversation..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule time_is_injected = noClasses()
            .should().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethodWhere(targetOwner(resideInAPackage("java.time..")).and(target(name("now"))))
            .because("a test must be able to stop the clock: take a java.time.InstantSource in the constructor");

    @ArchTest
    static final ArchRule the_clock_is_chosen_in_one_place = noClasses()
            .that().resideOutsideOfPackage("io.parley")
            .should().callMethodWhere(
                    targetOwner(type(InstantSource.class).or(type(Clock.class))).and(target(nameMatching("(system|tick).*"))))
            .because("a test must be able to stop the clock: take a java.time.InstantSource in the constructor")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule dependencies_come_through_the_constructor = noFields()
            .should().beAnnotatedWith("jakarta.inject.Inject")
            .orShould().beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothing_waits_for_a_uni = noClasses()
            .should().callMethodWhere(targetOwner(type(Uni.class)).and(target(name("await"))))
            .because("it blocks the thread that should bring the result");
}
