package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testing.Configs;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonModelCatalogueTest {
    @TempDir
    private Path folder;

    @Test
    void the_built_in_file_is_sound_and_its_providers_are_known() {
        ModelCatalogue catalogue = catalogue(Map.of());
        assertThat(catalogue.all()).extracting(Model::name).contains("gpt-5.6", "gpt-4o-mini", "claude-opus-5",
                "claude-haiku-4-5", "simulator", "simulator-claude");
        assertThat(catalogue.find("nobody")).isEmpty();
        assertThat(catalogue.all()).allSatisfy(model -> assertThat(model.prices()).isNotNull());
    }

    @Test
    void without_a_key_the_simulator_answers() {
        ModelCatalogue catalogue = catalogue(Map.of());
        assertThat(catalogue.defaultModel().name()).isEqualTo("simulator");
        assertThat(catalogue.isConfigured(catalogue.find("gpt-4o").orElseThrow())).isFalse();
        assertThat(catalogue.isConfigured(catalogue.find("simulator-claude").orElseThrow())).isTrue();
    }

    @Test
    void a_key_in_the_environment_makes_real_models_appear() {
        assertThat(catalogue(Map.of("ANTHROPIC_API_KEY", "k")).defaultModel().provider()).isEqualTo("anthropic");
        assertThat(catalogue(Map.of("OPENAI_API_KEY", "k")).defaultModel().provider()).isEqualTo("openai");
        assertThat(catalogue(Map.of("OPENAI_BASE_URL", "http://localhost:11434/v1")).defaultModel().provider())
                .isEqualTo("openai");
        assertThat(catalogue(Map.of("OPENAI_API_KEY", "k", "parley.models.default", "gpt-4o")).defaultModel().name())
                .isEqualTo("gpt-4o");
    }

    @Test
    void a_compatible_server_is_configuration_alone() {
        ModelCatalogue catalogue = catalogue(Map.of("parley.providers.local.protocol", "openai",
                "parley.providers.local.base-url", "http://gpu:8000/v1", "parley.providers.local.models",
                "llama3,qwen3:8b", "parley.providers.local.context-window", "8192"));
        Model model = catalogue.find("qwen3:8b").orElseThrow();
        assertThat(model.contextWindow()).isEqualTo(8192);
        assertThat(model.abilities()).isEqualTo(Set.of(Ability.TOOLS, Ability.TEMPERATURE, Ability.STOP));
        assertThat(catalogue.defaultModel().name()).isEqualTo("llama3");
    }

    @Test
    void a_users_file_adds_models_and_changes_single_fields() {
        ModelCatalogue catalogue = catalogue(Map.of("parley.models.file", file("""
                {"models":[{"name":"gpt-4o","prices":{"output":9.5},"cacheLifetime":null},
                {"name":"mine","provider":"openai","upstreamName":"ft:1","encoding":"cl100k_base","contextWindow":100,
                 "outputLimit":10}]}""")));
        Model changed = catalogue.find("gpt-4o").orElseThrow();
        assertThat(changed.prices().output()).isEqualTo(new BigDecimal("9.5"));
        assertThat(changed.prices().cachedInput()).isEqualTo(new BigDecimal("1.25"));
        assertThat(changed.cacheLifetime()).isNull();
        assertThat(changed.contextWindow()).isEqualTo(128_000);
        assertThat(catalogue.find("mine").orElseThrow()).isEqualTo(
                new Model("mine", "openai", "ft:1", "cl100k_base", 100, 10, null, null, 0, Set.of(), Counting.ESTIMATED));
        assertThat(catalogue.find("gpt-5-mini").orElseThrow().cacheLifetime()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void counts_are_exact_where_the_tokeniser_is_public_and_images_follow_the_providers_rule() {
        ModelCatalogue catalogue = catalogue(Map.of());
        assertThat(catalogue.all()).allSatisfy(model -> assertThat(model.counting().exact()).as(model.name())
                .isEqualTo(model.name().startsWith("gpt-")));
        assertThat(images(catalogue, "gpt-4o")).isEqualTo(new ImageRule.Tiles(85, 170));
        assertThat(images(catalogue, "gpt-5-nano")).isEqualTo(new ImageRule.Patches(new BigDecimal("2.46"), 1536));
        assertThat(images(catalogue, "claude-opus-5")).isEqualTo(ImageRule.Pixels.USUAL);
        assertThat(images(catalogue, "simulator")).isEqualTo(ImageRule.Pixels.USUAL);
    }

    @Test
    void a_users_file_and_configured_models_say_how_they_are_counted() {
        ModelCatalogue catalogue = catalogue(Map.of("parley.models.file", file("""
                {"models":[{"name":"gpt-4o","exactTokens":null,"imageTokens":{"rule":"pixels","each":500,"most":9}},
                {"name":"claude-opus-5","imageTokens":null}]}"""), "parley.providers.local.protocol", "openai",
                "parley.providers.local.base-url", "http://gpu:8000/v1", "parley.providers.local.models", "gpt-oss",
                "parley.providers.local.exact-tokens", "true"));
        assertThat(catalogue.find("gpt-4o").orElseThrow().counting())
                .isEqualTo(new Counting(false, new ImageRule.Pixels(500, 9)));
        assertThat(catalogue.find("claude-opus-5").orElseThrow().counting()).isEqualTo(Counting.ESTIMATED);
        assertThat(catalogue.find("gpt-oss").orElseThrow().counting())
                .isEqualTo(new Counting(true, ImageRule.Pixels.USUAL));
    }

    private static ImageRule images(ModelCatalogue catalogue, String model) {
        return catalogue.find(model).orElseThrow().counting().images();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "contextWindow":0                         | contextWindow: must be a whole number of 1 or more
            "contextWindow":"many"                    | contextWindow: must be a whole number of 1 or more
            "outputLimit":9999999                     | outputLimit: must not be more than contextWindow
            "prices":{"input":"cheap"}                | prices.input: must be a number of 0 or more
            "prices":{"input":-1}                     | prices.input: must be a number of 0 or more
            "cacheLifetime":"5m"                      | cacheLifetime: must be an ISO 8601 duration such as PT5M
            "abilities":["fly"]                       | abilities: unknown ability "fly"
            "encoding":" "                            | encoding: must be a string
            "exactTokens":"yes"                       | exactTokens: must be true or false
            "imageTokens":1600                        | imageTokens.rule: must be tiles, patches or pixels
            "imageTokens":{"rule":"area"}             | imageTokens.rule: must be tiles, patches or pixels
            "imageTokens":{"tile":0}                  | imageTokens.tile: must be a whole number from 1 to 100000
            "imageTokens":{"tile":100001}             | imageTokens.tile: must be a whole number from 1 to 100000
            "imageTokens":{"rule":"pixels","each":1}  | imageTokens.most: must be a whole number from 1 to 100000
            "imageTokens":{"rule":"patches"}          | imageTokens.multiplier: must be a number of 0 or more
            "imageTokens":{"rule":"patches","multiplier":0} | imageTokens.multiplier: must be from 0.01 to 100
            "imageTokens":{"rule":"patches","multiplier":"1E9"} | imageTokens.multiplier: must be from 0.01 to 100
            "imageTokens":{"tiles":5}                 | imageTokens.tiles: is not a field of an image rule
            "contxtWindow":5                          | contxtWindow: is not a field of a model
            """)
    void a_mistake_is_one_line_with_file_model_and_field(String field, String line) {
        String file = file("{\"models\":[{\"name\":\"gpt-4o\"," + field + "}]}");
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.file", file))).isInstanceOf(CatalogueException.class)
                .hasMessage(file + ": model \"gpt-4o\": " + line);
    }

    @Test
    void a_file_that_is_missing_or_no_json_is_one_line_too() {
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.file", "/nowhere.json")))
                .hasMessage("parley.models.file: cannot read /nowhere.json");
        String broken = file("{\"models\":\n[");
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.file", broken)))
                .hasMessageStartingWith(broken + ": is not JSON (line ").hasMessageNotContaining("\n");
        String empty = file("{}");
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.file", empty)))
                .hasMessage(empty + ": must be an object with a list \"models\"");
    }

    @Test
    void unknown_names_refuse_to_start() {
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.default", "gtp")))
                .hasMessage("parley.models.default: there is no model \"gtp\"");
        String file = file("{\"models\":[{\"name\":\"gpt-4o\",\"provider\":\"opnai\"}]}");
        assertThatThrownBy(() -> catalogue(Map.of("parley.models.file", file)))
                .hasMessageContaining("model \"gpt-4o\": provider: must be a configured provider, but is \"opnai\"");
    }

    @Test
    void a_base_url_on_this_server_follows_its_port() {
        Endpoints endpoints = endpoints(Map.of());
        assertThat(endpoints.find("simulator-openai").orElseThrow().baseUrl())
                .isEqualTo(URI.create("http://localhost:4711/simulator/openai/v1"));
    }

    @Test
    void endpoints_refuse_what_cannot_work_and_never_show_the_key() {
        assertThatThrownBy(() -> endpoints(Map.of("parley.providers.x.protocol", "openai", "parley.providers.x.base-url",
                "ftp://x"))).hasMessageStartingWith("parley.providers.x.base-url: ");
        assertThatThrownBy(() -> endpoints(Map.of("OPENAI_API_KEY", "a\nsecret")))
                .hasMessage("parley.providers.openai.api-key: must be visible ASCII characters");
        assertThat(endpoints(Map.of("OPENAI_API_KEY", "secret")).find("openai").orElseThrow().toString())
                .doesNotContain("secret");
    }

    @Test
    void without_a_key_and_without_the_simulator_no_model_is_configured() {
        Map<String, String> nothing = Map.of("parley.simulator.enabled", "false");
        ModelCatalogue catalogue = catalogue(nothing);
        assertThat(catalogue.all()).isNotEmpty().noneMatch(catalogue::isConfigured);
        assertThat(catalogue.isConfigured(catalogue.defaultModel())).isFalse();
        assertThat(endpoints(nothing).hasAny()).isFalse();
        assertThat(endpoints(Map.of()).hasAny()).isTrue();
        assertThat(endpoints(Map.of("parley.simulator.enabled", "false", "ANTHROPIC_API_KEY", "k")).hasAny()).isTrue();
    }

    @Test
    void a_provider_that_is_switched_off_is_not_there() {
        Endpoints endpoints = endpoints(Map.of("OPENAI_API_KEY", "k", "parley.providers.openai.enabled", "false"));
        assertThat(endpoints.isConfigured("openai")).isFalse();
        assertThat(endpoints.find("openai")).isEmpty();
    }

    private static ModelCatalogue catalogue(Map<String, String> values) {
        Map<String, String> own = new HashMap<>(values);
        own.keySet().removeIf(key -> !key.startsWith("parley.models"));
        return new JsonModelCatalogue(Configs.of(ModelsConfig.class, own), endpoints(values));
    }

    /** With the providers that come with the application. */
    private static Endpoints endpoints(Map<String, String> values) {
        ProvidersConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addPropertiesSources()
                .withSources(new PropertiesConfigSource(values, "test", 500))
                .withMapping(ProvidersConfig.class)
                .withMappingIgnore("parley.**")
                .build()
                .getConfigMapping(ProvidersConfig.class);
        return new Endpoints(config.byName(), () -> URI.create("http://localhost:4711"));
    }

    private String file(String content) {
        try {
            return Files.writeString(Files.createTempFile(folder, "models", ".json"), content).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
