package io.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void a_session_id_is_its_tag_a_dot_and_its_own_part() {
        SessionId id = SessionId.create();
        assertThat(id.value()).matches("[0-9a-v]{26}\\.[0-9a-v]{26}").hasSizeLessThanOrEqualTo(64);
        assertThat(id.tag()).hasSize(26);
        assertThat(new SessionId(id.toString())).isEqualTo(id);
    }

    @Test
    void a_fork_keeps_the_tag_and_nothing_else() {
        SessionId root = SessionId.create();
        SessionId fork = root.createFork();
        assertThat(fork.tag()).isEqualTo(root.tag());
        assertThat(fork).isNotEqualTo(root);
    }

    @Test
    void ids_do_not_repeat() {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(SessionId.create().tag())).isTrue();
            assertThat(seen.add(TurnId.create())).isTrue();
        }
    }

    @Test
    void what_is_not_an_id_is_refused() {
        for (String bad : new String[] { "", "nodot", "a.b.c", "a.", ".b", "a{b}.c", "a b.c", "a.\n", "x".repeat(70) + ".y" }) {
            assertThat(SessionId.isWellFormed(bad)).as(bad).isFalse();
            assertThatThrownBy(() -> new SessionId(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : new String[] { "", "m", "m0", "m01", "x1", "m-1", "m1234567890123456789" }) {
            assertThat(MessageId.isWellFormed(bad)).as(bad).isFalse();
            assertThatThrownBy(() -> MessageId.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : new String[] { "", "a.b", "a b", "x".repeat(65) }) {
            assertThatThrownBy(() -> new TurnId(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new MessageId(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_message_id_is_read_as_it_is_written() {
        assertThat(MessageId.parse("m12")).isEqualTo(new MessageId(12));
        assertThat(new MessageId(12)).hasToString("m12");
    }
}
