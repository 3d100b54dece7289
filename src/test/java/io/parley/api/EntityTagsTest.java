package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

    @Test
    void a_missing_header_asks_for_nothing() {
        assertThat(EntityTags.parse("If-Match", null)).isNull();
        assertThat(expected(null)).isNull();
    }

    @Test
    void a_star_matches_every_version() {
        assertThat(EntityTags.parse("If-Match", " * ").matchesStrongly(9)).isTrue();
        assertThat(expected("*")).isNull();
    }

    @Test
    void a_strong_tag_matches_its_version() {
        EntityTags tags = EntityTags.parse("If-Match", "\"3\"");

        assertThat(tags.matchesStrongly(3)).isTrue();
        assertThat(tags.matchesStrongly(4)).isFalse();
        assertThat(expected("\"3\"")).isEqualTo(3);
    }

    @Test
    void a_weak_tag_never_matches_strongly() {
        EntityTags tags = EntityTags.parse("If-Match", "W/\"3\"");

        assertThat(tags.matchesStrongly(3)).isFalse();
        assertThat(tags.matchesWeakly(3)).isTrue();
        assertThat(expected("W/\"3\"")).isEqualTo(EntityTags.NO_VERSION);
    }

    @Test
    void a_list_matches_whatever_is_in_it() {
        assertThat(expected("\"2\", \"7\",W/\"9\"")).isEqualTo(7);
        assertThat(expected("\"2\" ,\"3\"")).isEqualTo(EntityTags.NO_VERSION);
    }

    @Test
    void a_tag_that_names_no_version_is_well_formed_and_matches_none() {
        assertThat(expected("\"abc\"")).isEqualTo(EntityTags.NO_VERSION);
        assertThat(expected("\"\"")).isEqualTo(EntityTags.NO_VERSION);
        assertThat(expected("\"99999999999999999999\"")).isEqualTo(EntityTags.NO_VERSION);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "3", "\"3", "3\"", "'3'", "\"3\" \"4\"", "\"3\",", "w/\"3\"", "*, \"3\"", "\"a b\"" })
    void what_is_malformed_is_refused(String header) {
        assertThatThrownBy(() -> EntityTags.parse("If-Match", header)).isInstanceOf(Failure.Invalid.class)
                .hasMessageStartingWith("If-Match must be");
    }

    @Test
    void a_hostile_header_is_refused_in_no_time() {
        assertThatThrownBy(() -> EntityTags.parse("If-Match", " ".repeat(30_000))).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> EntityTags.parse("If-Match", "\"1\",".repeat(8_000))).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> EntityTags.parse("If-Match", "\"" + "x".repeat(30_000)))
                .isInstanceOf(Failure.Invalid.class);
    }

    /** What a change may be made to where version 7 is stored. */
    private static Long expected(String header) {
        return Calls.expectedVersion(EntityTags.parse("If-Match", header), Uni.createFrom().item(7L)).await()
                .atMost(Duration.ofMinutes(1));
    }
}
