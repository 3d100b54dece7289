package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.client.ApiClient;
import dev.parley.client.ApiException;
import dev.parley.client.api.MessagesApi;
import dev.parley.client.api.ModelsApi;
import dev.parley.client.api.SessionsApi;
import dev.parley.client.api.TurnsApi;
import dev.parley.client.model.ContextPolicy;
import dev.parley.client.model.ImageBlock;
import dev.parley.client.model.ImageSource;
import dev.parley.client.model.InputBlock;
import dev.parley.client.model.LinkedImage;
import dev.parley.client.model.Message;
import dev.parley.client.model.NewMessage;
import dev.parley.client.model.NewUserMessage;
import dev.parley.client.model.Session;
import dev.parley.client.model.SessionItem;
import dev.parley.client.model.Settings;
import dev.parley.client.model.SlidingWindowPolicy;
import dev.parley.client.model.TextBlock;
import dev.parley.client.model.Turn;
import dev.parley.client.model.TurnRequest;
import dev.parley.client.model.TurnState;
import dev.parley.client.model.UserBlock;
import io.parley.testing.Gateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client that the build generates from the description of the API works with the packaged service. */
class GeneratedClientIT {
    @TempDir
    private static Path folder;
    private static Gateway gateway;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(Map.of("parley.data-dir", folder.resolve("data").toString(),
                "parley.simulator.first-token-delay", "0S", "parley.simulator.token-interval", "0S"));
        client = new ApiClient();
        client.updateBaseUri(gateway.uri().toString());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static TextBlock text(String text) {
        return new TextBlock().type(TextBlock.TypeEnum.TEXT).text(text);
    }

    private static Session session() throws ApiException {
        return new SessionsApi(client).createSession(new Settings().title("Generated").model("simulator")
                .addContextItem(new ContextPolicy(new SlidingWindowPolicy()
                        .policy(SlidingWindowPolicy.PolicyEnum.SLIDING_WINDOW).maxMessages(10))),
                null);
    }

    @Test
    void it_says_something_and_reads_the_reply() throws ApiException {
        Session session = session();

        Turn turn = new TurnsApi(client).startTurn(session.getId(),
                new TurnRequest().addContentItem(new InputBlock(text("Hello"))), "key-1", null, null);

        assertThat(turn.getState()).isEqualTo(TurnState.COMPLETED);
        assertThat(turn.getContent().getFirst().getTextBlock().getText()).isNotEmpty();
        List<Message> messages = new MessagesApi(client).listMessages(session.getId(), null, 10, null, null).getData();
        assertThat(messages).hasSize(2);
        assertThat(messages.getFirst().getContent().getFirst().getTextBlock().getText()).isEqualTo("Hello");
        assertThat(new TurnsApi(client).getTurn(session.getId(), turn.getId(), null).getMessage())
                .isEqualTo(messages.getLast().getId());
    }

    @Test
    void it_reads_lists_settings_and_blocks_of_each_kind() throws ApiException {
        Session session = session();
        assertThat(session.getContext().getFirst().getSlidingWindowPolicy().getMaxMessages()).isEqualTo(10);
        List<SessionItem> items = new SessionsApi(client).listSessions(null, 5, null, null).getData();
        assertThat(items).extracting(SessionItem::getId).contains(session.getId());
        assertThat(new ModelsApi(client).listModels().getData()).isNotEmpty();

        ImageBlock image = new ImageBlock().type(ImageBlock.TypeEnum.IMAGE).source(new ImageSource(
                new LinkedImage().type(LinkedImage.TypeEnum.URL).url("https://example.org/a.png")));
        List<Message> appended = new MessagesApi(client).appendMessages(session.getId(),
                List.of(new NewMessage(new NewUserMessage().role(NewUserMessage.RoleEnum.USER)
                        .content(List.of(new UserBlock(text("What is this?")), new UserBlock(image))))),
                null).getData();

        assertThat(appended.getFirst().getContent().getLast().getImageBlock().getSource().getLinkedImage().getUrl())
                .isEqualTo("https://example.org/a.png");
    }

    @Test
    void it_is_told_which_field_is_wrong() throws ApiException {
        Session session = session();

        ApiException refused = catchThrowableOfType(ApiException.class, () -> {
            Object unused = new TurnsApi(client).startTurn(session.getId(),
                    new TurnRequest().addContentItem(new InputBlock(text("Hello"))).maxOutputTokens(0), null, null, null);
        });

        assertThat(refused.getCode()).isEqualTo(400);
        assertThat(refused.getResponseBody()).contains("/maxOutputTokens");
    }
}
