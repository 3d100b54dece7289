package io.parley.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.FaultProxy;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.InBrowser;
import io.parley.testing.RedisServer;
import io.parley.testing.Timing;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /parley-client.js}, as others use it: in a browser, without the chat page, over a network that breaks. */
class ClientIT extends InBrowser {
    private static RedisServer redis;
    private static Gateway gateway;
    private static FakeProvider provider;
    private FaultProxy network;
    private ChatClient client;
    private int called;
    private String session;

    @BeforeAll
    static void startAll() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        gateway = gateway();
    }

    @AfterAll
    static void stopAll() {
        gateway.close();
        provider.close();
        redis.close();
    }

    @BeforeEach
    void start() {
        called = provider.calls().size();
        network = FaultProxy.to(gateway.uri().getPort());
        client = gateway.client();
        session = client.createSession("{\"model\":\"gpt-4o-mini\"}");
        excuse("ERR_");
        // A document that is no page asks for an icon of its own; what is refused on purpose is told too.
        excuse("favicon.ico");
        excuse("the server responded with a status of 40");
        // A page of the same origin that does nothing by itself.
        page.navigate("http://127.0.0.1:" + network.port() + "/page/icon.svg");
        evaluate("import('/parley-client.js').then(module => { window.parley = new module.ParleyClient();"
                + " window.module = module; window.session = '" + session + "'; })");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Override
    protected URI home() {
        return URI.create("http://127.0.0.1:" + network.port());
    }

    @Test
    void tells_a_turn_from_its_beginning_to_its_end() {
        provider.then(FakeReply.saying("Sal", "ve", "!"));

        assertThat(talk("parley.send(session, {content: 'Salve?'})")).isEqualTo("turn,context,delta,done");
        assertThat(evaluate("turn.text")).isEqualTo("Salve!");
        assertThat(evaluate("turn.state")).isEqualTo("completed");
        assertThat(texts()).containsExactly("Salve?", "Salve!");
    }

    @Test
    void a_connection_that_breaks_anywhere_loses_and_repeats_nothing() {
        Gate first = new Gate();
        Gate second = new Gate();
        provider.then(FakeReply.stream().text("One ").waitFor(first).text("two ").waitFor(second).text("three").finish());
        evaluate("window.states = []; begin = (async () => { window.names = []; window.turn = parley.send(session,"
                + " {content: 'Count.'}, {onConnection: state => states.push(state)});"
                + " for await (const event of turn) names.push(event.id + ' ' + event.name); })(); 0");
        awaitTrue("window.turn?.text === 'One '");
        network.reset();
        first.open();
        awaitTrue("window.turn.text === 'One two '");
        network.cut();
        second.open();
        awaitTrue("window.states.at(-1) === 'lost'");
        network.mend();
        evaluate("begin");

        assertThat(evaluate("turn.text")).isEqualTo("One two three");
        List<?> names = (List<?>) evaluate("names");
        assertThat(names).doesNotHaveDuplicates();
        assertThat(names.getLast().toString()).endsWith(" done");
        assertThat(provider.calls()).hasSize(called + 1);
        assertThat(texts()).containsExactly("Count.", "One two three");
    }

    /** A lid that was closed, a mobile network that has forgotten one: nobody tells the browser that nothing will come. */
    @Test
    void a_connection_that_has_fallen_silent_is_given_up_and_another_one_goes_on() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Before, ").waitFor(gate).text("after.").finish());
        page.clock().install();
        evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'},"
                + " {onConnection: state => window.connection = state}); for await (const event of turn); })(); 0");
        awaitTrue("window.turn?.text === 'Before, '");
        List<String> resumed = new ArrayList<>();
        page.onRequest(request -> resumed.add(request.url()));
        network.hold();
        gate.open();
        page.clock().fastForward(50_000);
        awaitTrue("window.connection === 'lost'");
        network.mend();
        evaluate("begin");

        assertThat(evaluate("turn.text")).isEqualTo("Before, after.");
        assertThat(resumed).isNotEmpty().allMatch(url -> url.contains("/events?after="));
    }

    @Test
    void what_was_asked_without_an_answer_is_asked_again_and_done_once() {
        provider.always(FakeReply.saying("Once."));
        network.loseAnswers();
        evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'});"
                + " for await (const event of turn); })(); 0");
        provider.awaitCalls(called + 1);
        network.mend();
        evaluate("begin");

        assertThat(evaluate("turn.text")).isEqualTo("Once.");
        assertThat(texts()).containsExactly("Hello", "Once.");
        assertThat(provider.calls()).hasSize(called + 1);
    }

    @Test
    void a_turn_is_cancelled_before_its_id_is_known() {
        provider.then(FakeReply.silence());
        evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'}); const early = turn.cancel();"
                + " for await (const event of turn); await early; })(); 0");
        evaluate("begin");

        assertThat(evaluate("turn.state")).isEqualTo("cancelled");
        assertThat(texts()).containsExactly("Hello");
    }

    @Test
    void a_turn_is_followed_on_another_replica_when_its_own_shuts_down() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Kept").waitFor(gate).finish());
        Gateway other = gateway();
        try {
            evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'});"
                    + " for await (const event of turn); })(); 0");
            awaitTrue("window.turn?.text === 'Kept'");
            network.close();
            network = FaultProxy.to(other.uri().getPort());
            String elsewhere = "http://127.0.0.1:" + network.port();
            Page tab = newTab();
            tab.navigate(elsewhere + "/page/icon.svg");
            tab.evaluate("async ([session, turn, last]) => { const { ParleyClient } = await import('/parley-client.js');"
                    + " window.turn = new ParleyClient().follow(session, turn);"
                    + " window.over = (async () => { for await (const event of window.turn); })(); }",
                    List.of(session, evaluate("turn.id"), 0));
            awaitTrue(tab, "window.turn?.text === 'Kept'");
            gateway.kill();
            tab.evaluate("window.over");

            assertThat(tab.evaluate("turn.state")).isEqualTo("interrupted");
            assertThat(tab.evaluate("turn.text")).isEqualTo("Kept");
        } finally {
            gateway = other;
        }
    }

    @Test
    void a_refusal_is_an_error_with_its_code_and_is_not_repeated() {
        assertThat(evaluate(
                "(async () => { try { for await (const event of parley.send(session, {content: 'x', temperature: 9})); }"
                        + " catch (error) { return [error.name, error.status, error.code, error.retryable, error.message].join(' ') } })()")
                .toString()).startsWith("ParleyError 400 invalid-request false /temperature");
        assertThat(evaluate("parley.session('nobody').catch(error => error.code)")).isEqualTo("session-not-found");
        assertThat(texts()).isEmpty();
    }

    @Test
    void a_turn_that_has_nothing_more_to_tell_is_over() {
        provider.then(FakeReply.saying("Heard already."));
        provider.then(FakeReply.status(400).body("{}"));
        for (String end : List.of("done completed", "failed failed")) {
            assertThat(talk("parley.send(session, {content: 'Hello'})")).endsWith(end.split(" ", 2)[0]);
            assertThat(evaluate(
                    "(async () => { const again = parley.follow(session, turn.id, {after: turn.last}); const heard = [];"
                            + " for await (const event of again) heard.push(event.name, event.data.state);"
                            + " return [...heard, again.state].join(' '); })()"))
                    .isEqualTo(end + end.substring(end.indexOf(' ')));
        }
    }

    @Test
    void time_without_a_network_does_not_count_as_failing() {
        provider.then(FakeReply.saying("At last."));
        countRequests();
        page.clock().install();
        page.context().setOffline(true);
        evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'});"
                + " for await (const event of turn); })(); 0");
        for (int attempt = 1; attempt <= 12; attempt++) {
            awaitTrue("window.asked === " + attempt);
            page.clock().fastForward(61_000);
        }
        page.context().setOffline(false);
        evaluate("begin");

        assertThat(evaluate("turn.text")).isEqualTo("At last.");
    }

    @Test
    void a_server_that_ends_its_answers_before_an_event_is_not_asked_for_ever() {
        countRequests();
        page.clock().install();
        page.route("**/turns", route -> route
                .fulfill(new Route.FulfillOptions().setContentType("text/event-stream").setBody(": nothing\n\n")));
        evaluate(
                "(async () => { try { for await (const event of parley.send(session, {content: 'Hello'})); window.told = 'end'; }"
                        + " catch (error) { window.told = error.code; } })(); 0");
        while (evaluate("window.told ?? null") == null && (int) evaluate("asked") < 30) {
            page.clock().fastForward(20_000);
        }

        assertThat(evaluate("window.told")).isEqualTo("unreachable");
        assertThat(evaluate("asked")).isEqualTo(8);
    }

    @Test
    void a_mistake_of_a_program_is_told_at_once() {
        provider.always(FakeReply.saying("Hi."));
        countRequests();

        assertThat(evaluate("(async () => { try { for await (const event of parley.send(session, {content: 'Hello'},"
                + " {onConnection: state => state === 'open' && null.of})); } catch (error) { return error.name } })()"))
                .isEqualTo("TypeError");
        assertThat(evaluate("asked")).isEqualTo(1);
    }

    @Test
    void an_early_cancel_that_fails_says_so() {
        provider.then(FakeReply.saying("Not stopped."));
        page.route("**/cancel", route -> route.fulfill(new Route.FulfillOptions().setStatus(403)
                .setContentType("application/problem+json").setBody("{\"code\":\"forbidden\",\"detail\":\"Not you.\"}")));
        evaluate("begin = (async () => { window.turn = parley.send(session, {content: 'Hello'});"
                + " const early = turn.cancel().catch(error => error.code); for await (const event of turn); return early; })(); 0");

        assertThat(evaluate("begin")).isEqualTo("forbidden");
        assertThat(evaluate("turn.state")).isEqualTo("completed");
    }

    @Test
    void cancelling_what_never_began_ends_with_it() {
        assertThat(evaluate("(async () => { const refused = parley.send(session, {content: 'x', temperature: 9});"
                + " const early = refused.cancel().then(() => 'nothing to stop');"
                + " try { for await (const event of refused); } catch (error) { return error.code + ' ' + await early } })()"))
                .isEqualTo("invalid-request nothing to stop");
    }

    @Test
    void a_feed_tells_what_others_do_and_goes_on_after_a_break() {
        provider.always(FakeReply.saying("Hi."));
        evaluate("window.heard = []; window.feed = parley.watch(session, {onConnection: state => window.fed = state});"
                + " (async () => { for await (const event of feed) heard.push(event.name); window.ended = true; })(); 0");
        awaitTrue("window.feed.last !== undefined");
        assertThat(client.say(session, "One").status()).isEqualTo(201);
        awaitTrue("window.heard.join() === 'turn-started,turn-ended'");
        network.cut();
        awaitTrue("window.fed === 'lost'");
        assertThat(client.say(session, "Two").status()).isEqualTo(201);
        network.mend();
        awaitTrue("window.heard.join() === 'turn-started,turn-ended,turn-started,turn-ended'");
        assertThat(client.send("DELETE", "/sessions/" + session, "").status()).isEqualTo(204);
        awaitTrue("window.ended === true");
    }

    @Test
    void everything_the_module_offers_works() {
        provider.always(FakeReply.saying("Hi."));
        assertThat(evaluate("""
                (async () => {
                  const made = await parley.createSession({title: 'Mine', model: 'gpt-4o-mini'});
                  const told = [];
                  told.push((await parley.sessions({q: 'Mine'})).data.length);
                  told.push((await parley.changeSession(made.id, {title: 'Yours'})).title);
                  for await (const event of parley.send(made.id, {content: 'Hello'}));
                  const {data} = await parley.messages(made.id, {superseded: true, limit: 10});
                  told.push(data.length);
                  told.push((await parley.message(made.id, data[0].id)).role);
                  told.push((await parley.editMessage(made.id, data[0].id, 'Hallo')).content[0].text);
                  told.push((await parley.chooseMessage(made.id, data[1].id)).parent === data[0].id);
                  told.push((await parley.appendMessages(made.id, {role: 'user', content: 'More'})).role);
                  told.push((await parley.context(made.id)).messages.length);
                  told.push((await parley.context(made.id, {content: 'Next'})).messages.length);
                  told.push((await parley.usage(made.id)).total.turns);
                  const [turn] = (await parley.turns(made.id, {state: 'completed'})).data;
                  told.push((await parley.turn(made.id, turn.id)).state);
                  told.push((await parley.cancel(made.id, turn.id)).state);
                  told.push((await parley.forkSession(made.id, data[1].id)).messages);
                  await parley.removeMessage(made.id, data[1].id);
                  told.push((await parley.session(made.id)).messages);
                  told.push((await parley.models()).data.some(model => model.id === 'gpt-4o-mini'));
                  await parley.eraseSession(made.id);
                  told.push(await parley.session(made.id).catch(error => error.status));
                  return told.join();
                })()""")).isEqualTo("1,Yours,2,user,Hallo,true,user,3,4,1,completed,completed,2,2,true,404");
    }

    @Test
    void events_are_decoded_whatever_the_pieces_they_come_in() {
        assertThat(evaluate(
                """
                        (() => {
                          const text = ': hello\\r\\n\\r\\nretry: 5\\n\\nid: 1\\nevent: delta\\ndata: {"text":"na\u00efve \ud83e\udd91"}\\n\\n'
                            + 'id:2\\r\\nevent:delta\\r\\ndata:{"text":\\r\\ndata: "b"}\\r\\n\\r\\nid: 3\\n\\nevent: x\\ndata: {}\\n\\nid: 9\\ndata: {"cut"';
                          const bytes = new TextEncoder().encode(text);
                          const seen = new Set();
                          for (let size = 1; size <= bytes.length; size++) {
                            const decoder = new module.EventDecoder();
                            const events = [];
                            for (let at = 0; at < bytes.length; at += size) {
                              events.push(...decoder.decode(bytes.subarray(at, at + size)));
                            }
                            seen.add(JSON.stringify(events));
                          }
                          return [...seen].join('|');
                        })()"""))
                .isEqualTo("[{\"id\":1,\"name\":\"delta\",\"data\":{\"text\":\"na\u00efve \ud83e\udd91\"}},"
                        + "{\"id\":2,\"name\":\"delta\",\"data\":{\"text\":\"b\"}},{\"id\":3,\"name\":\"message\",\"data\":null},"
                        + "{\"id\":null,\"name\":\"x\",\"data\":{}}]");
    }

    /** From now on {@code asked} says how many requests were made. */
    private void countRequests() {
        evaluate("window.asked = 0; window.parley = new module.ParleyClient({fetch: async (...request) => {"
                + " try { return await fetch(...request); } finally { window.asked++; } }}); 0");
    }

    private String talk(String send) {
        return (String) evaluate("(async () => { window.turn = " + send + "; const names = new Set();"
                + " for await (const event of turn) names.add(event.name); return [...names].join(); })()");
    }

    private List<String> texts() {
        return client.messages(session).stream().map(ChatPage::textOf).toList();
    }

    private static Gateway gateway() {
        return Gateway.start(Timing.soon(Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test")));
    }
}
