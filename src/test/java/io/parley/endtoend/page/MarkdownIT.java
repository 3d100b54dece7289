package io.parley.endtoend.page;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.commonmark.testutil.TestResources;
import org.commonmark.testutil.example.Example;
import org.commonmark.testutil.example.ExampleReader;
import org.junit.jupiter.api.Test;

/** The Markdown of the page: that of CommonMark and GitHub, and what models write beside it. */
class MarkdownIT extends ModelledPage {
    private static final Path CASES = Path.of("src/test/resources/page/cases.txt");
    /** Markup before it is sanitised, which takes away the addresses without a scheme that most examples have. */
    private static final String MARKUP = """
            async texts => {
              const { markup } = await import('/page/grammar.js');
              globalThis.hljs = undefined;
              return texts.map(text => markup(text));
            }""";
    /** Likewise, with the LaTeX of a formula in place of the formula. */
    private static final String MARKUP_WITH_LATEX = """
            async texts => {
              const { drawMath } = await import('/page/math.js');
              await drawMath();
              katex.renderToString = (formula, { displayMode }) => displayMode ? `{{${formula}}}` : `{${formula}}`;
              return (%s)(texts);
            }""".formatted(MARKUP);
    private static final Pattern IMAGE = Pattern.compile("<img src=\"([^\"]*)\" alt=\"([^\"]*)\"(?: title=\"[^\"]*\")? />");
    private static final Pattern LANGUAGE = Pattern.compile("<pre><code(?: class=\"language-([^\"]*)\")?>");
    private static final Pattern TAG = Pattern.compile("</?(?!br *[/>])[A-Za-z][^<>\\n\\\\&]*>");

    /** Where the page differs, with the numbers of the examples that show it. */
    private enum Difference {
        /** A model is not to write HTML into the page; the tags are shown. The sections of HTML differ too. */
        HTML_IS_TEXT(List.of(21, 31, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 642, 643),
                List.of(170, 288, 289, 317, 327, 354, 484, 485, 486, 500, 503, 532, 544, 662, 663)),
        /** An address without marks is a link, as it is for GitHub. */
        ADDRESS_IS_LINK(List.of(602, 608, 611, 612), List.of(610, 616, 619, 620)),
        /** Only http, https and mailto are. */
        NO_LINK_TO_FTP(List.of(), List.of(628)),
        /** GitHub's page has an older CommonMark in this: strong text in strong text was merged. */
        STRONG_IN_STRONG(List.of(), List.of(398, 426, 434, 435, 436, 473, 474, 475, 477));

        private final List<Integer> commonMark;
        private final List<Integer> gitHub;

        Difference(List<Integer> commonMark, List<Integer> gitHub) {
            this.commonMark = commonMark;
            this.gitHub = gitHub;
        }
    }

    @Test
    void the_examples_of_commonmark_become_what_it_says() {
        open("/");
        assertThat(examples(TestResources.getSpec())).hasSize(652);

        assertDifferences(TestResources.getSpec(),
                Stream.of(Difference.values()).flatMap(each -> each.commonMark.stream()).toList());
    }

    @Test
    void the_examples_of_github_become_what_it_says() {
        open("/");
        assertThat(examples(TestResources.getGfmSpec())).hasSize(672);

        assertDifferences(TestResources.getGfmSpec(),
                Stream.of(Difference.values()).flatMap(each -> each.gitHub.stream()).toList());
    }

    @Test
    void a_tag_in_any_example_is_shown_as_it_is_written() {
        open("/");
        List<Example> examples = Stream.of(TestResources.getSpec(), TestResources.getGfmSpec())
                .flatMap(spec -> examples(spec).stream())
                .filter(MarkdownIT::isSectionOfHtml).toList();
        List<String> markup = markup(examples);

        assertThat(examples).hasSizeGreaterThan(120);
        assertThat(IntStream.range(0, examples.size()).boxed().flatMap(at -> TAG.matcher(examples.get(at).getSource()).results()
                .map(tag -> tag.group().replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;"))
                .filter(tag -> !markup.get(at).contains(tag)).map(tag -> tag + " is not in " + markup.get(at)))).isEmpty();
    }

    @Test
    void formulas_money_struck_text_and_east_asian_emphasis_are_what_they_mean() throws IOException {
        List<String> lines = Files.readAllLines(CASES).stream().filter(line -> !line.startsWith("# A")).toList();
        List<String> texts = IntStream.range(0, lines.size() / 2).mapToObj(at -> lines.get(2 * at)).toList();
        assertThat(texts).hasSizeGreaterThan(120);
        open("/");
        List<?> markup = (List<?>) page.evaluate(MARKUP_WITH_LATEX,
                texts.stream().map(text -> text.replace('⏎', '\n')).toList());

        assertThat(IntStream.range(0, texts.size()).boxed()
                .collect(toMap(texts::get, at -> ((String) markup.get(at)).stripTrailing().replace('\n', '⏎'))))
                .containsExactlyInAnyOrderEntriesOf(IntStream.range(0, texts.size()).boxed()
                        .collect(toMap(texts::get, at -> lines.get(2 * at + 1).strip())));
    }

    @Test
    void a_link_whose_words_look_like_another_address_says_where_it_leads() {
        open("/");
        Map<String, String> links = Map.ofEntries(
                entry("[https://bank.example](https://evil.test/x)", "evil.test"),
                entry("[https://bank.example/login?a=1](https://bank.example.evil.test)", "bank.example.evil.test"),
                entry("[www.bank.example](https://evil.test)", "evil.test"),
                entry("[bank.example](http://evil.test)", "evil.test"),
                entry("[Go to https://bank.example now](https://evil.test)", "evil.test"),
                entry("[**https://bank**.example](https://evil.test)", "evil.test"),
                entry("[`https://bank.example`](https://evil.test)", "evil.test"),
                entry("[https://bank.exam\u200bple](https://evil.test)", "evil.test"),
                entry("[\u202eelpmaxe.knab//:sptth\u202c](https://evil.test)", "evil.test"),
                entry("[https://b\u0430nk.example](https://b\u0430nk.example)", "xn--bnk-6cd.example"),
                entry("[https://bank.example](https://bank.example@evil.test)", "evil.test"),
                entry("<https://bank.example@evil.test>", "evil.test"),
                entry("[help@bank.example](mailto:thief@evil.test)", "thief@evil.test"),
                entry("[help@bank.example](https://evil.test)", "evil.test"),
                entry("[https://bank.example](mailto:thief@evil.test)", "thief@evil.test"),
                entry("[https://bank.example][1]\n\n[1]: https://evil.test", "evil.test"),
                entry("![https://bank.example](https://evil.test/p.png)", "evil.test"),
                entry("[https://bank.example](https://bank.example/deep)", ""),
                entry("[bank.example](https://www.bank.example)", ""),
                entry("[www.bank.example](https://bank.example)", ""),
                entry("[bank.example](https://login.bank.example)", ""),
                entry("https://bank.example/a", ""),
                entry("www.bank.example", ""),
                entry("help@bank.example", ""),
                entry("[The bank](https://evil.test)", ""),
                entry("[see section 2.1](https://evil.test)", ""));

        assertThat(page.evaluate("""
                async texts => {
                  const { render } = await import('/page/markdown.js');
                  return Object.fromEntries(texts.map(text => [text,
                    render(text).querySelector('a .leads-to')?.textContent.trim().slice(1, -1) ?? '']));
                }""", List.copyOf(links.keySet()))).isEqualTo(links);
    }

    @Test
    void an_address_anywhere_in_the_words_of_a_link_counts_however_it_is_dressed_up() {
        open("/");
        List<String> spoofs = List.of("paypal.com.", "paypal.com,", "paypal.com!", "(paypal.com)", "“paypal.com”",
                "Log in at paypal.com", "paypal.com now", "paypal\u2024com", "paypal\u3002com", "pay\u034fpal.com",
                "pay\u2800pal.com", "192.168.0.1/login", "paypal\ua4f8com", "paypal\u00b7com", "paypal.\u200acom",
                "pay\u0338pal.com", "\uff50\uff41\uff59\uff50\uff41\uff4c\uff0e\uff43\uff4f\uff4d",
                "\u652f\u4ed8\u5b9d\u3002com", "p\u0430ypal.com", "paypal.com.html", "paypal.com-login", "paypal.com:443",
                "file.txt/paypal.com", "paypal.com?to=evil.test", "help@paypal.com!", "2001:db8::1", "http://localhost/");
        List<String> harmless = List.of("e.g.", "i.e.", "U.S.A.", "Ph.D.", "z. B.", "file.txt", "index.html#top",
                "package.json, please", "Node.js", "the Vue.js guide", "main.go", "os.path_join", "section 2.1", "v1.2.3",
                "1.2.3.4.5", "10:30:00", "12.5.2024", "$1.5M", "std::vector", "f :: Int", "col\u00b7legi",
                "\u8bf7\u770b\u6587\u6863\u3002\u7136\u540e", "\u30b9\u30c6\u30a3\u30fc\u30d6\u30fb\u30b8\u30e7\u30d6\u30ba",
                "The end. Next", "evil.test", "at www.evil.test, now", "EVIL.test.", "evil.test/a.txt", "evil.test/paypal.com");
        Map<String, String> expected = Stream.concat(spoofs.stream().map(words -> entry(words, "evil.test")),
                harmless.stream().map(words -> entry(words, ""))).collect(toMap(Map.Entry::getKey, Map.Entry::getValue));

        assertThat(page.evaluate("""
                async words => {
                  const { secureLink } = await import('/page/links.js');
                  return Object.fromEntries(words.map(each => {
                    const link = document.createElement('a');
                    link.href = 'https://evil.test/x';
                    link.textContent = each;
                    secureLink(link);
                    return [each, link.querySelector('.leads-to')?.textContent.trim().slice(1, -1) ?? ''];
                  }));
                }""", List.copyOf(expected.keySet()))).isEqualTo(expected);
        assertThat((List<?>) page.evaluate(
                "async texts => { const { render } = await import('/page/markdown.js');"
                        + " return texts.filter(text => render(text).querySelector('.leads-to')); }",
                List.of("https://a.example/index.html", "https://a.example/@john.doe", "https://a.example/foo@1.2.3",
                        "www.a.example/?u=b@c.de", "[b@c.de.](mailto:b@c.de)", "[1.2.3.4](http://1.2.3.4/a)")))
                .isEmpty();
    }

    @Test
    void a_sign_that_turns_text_turns_nothing_around_it() {
        open("/");
        List<String> texts = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069".chars().mapToObj(Character::toString)
                .flatMap(sign -> Stream
                        .of("one %stwo three", "one **%stwo** three", "one `two%s` three",
                                "one [two%s](https://a.example) three",
                                "| one | %stwo | three |\n| - | - | - |", "one two\u2066 %s three",
                                "one [\u2067%stwo](https://a.example)\u2069 three",
                                "one \u2069%s\u2069two three", "one ![two%s](https://a.example/p) three")
                        .map(text -> text.formatted(sign)))
                .toList();

        assertThat((List<?>) page.evaluate("""
                async texts => {
                  const { show } = await import('/page/markdown.js');
                  const place = document.createElement('div');
                  place.className = 'markdown';
                  document.getElementById('messages').append(place);
                  const left = word => {
                    const range = document.createRange();
                    const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
                    while (walk.nextNode()) {
                      const at = walk.currentNode.data.indexOf(word);
                      if (at >= 0) {
                        range.setStart(walk.currentNode, at);
                        range.setEnd(walk.currentNode, at + word.length);
                        return range.getBoundingClientRect().left;
                      }
                    }
                  };
                  return texts.filter(text => {
                    show(place, text);
                    return !(left('one') < left('two') && left('two') < left('three'));
                  });
                }""", texts)).isEmpty();
        assertThat((String) evaluate("import('/page/markdown.js').then(({ render }) =>"
                + " render('`a\u202eb`').querySelector('code').textContent)")).isEqualTo("a\u202eb");
    }

    @Test
    void the_mark_behind_a_formula_is_neither_swallowed_nor_shown_as_a_command() {
        open("/");
        List<String> texts = List.of("\\[a=b % why\\].", "Area \\[a=b % why\\]. And", "$$x^$$.", "\\[\\frac{a}\\].",
                "\\[a \\over b\\].", "\\[n \\choose k\\].", "\\[{a % c\\].", "\\[x = 1\\].", "\\[a\\ \\].", "\\[50\\%\\].");

        assertThat((List<?>) page.evaluate(
                """
                        async texts => {
                          await (await import('/page/math.js')).drawMath();
                          const { render } = await import('/page/markdown.js');
                          return texts.filter(text => {
                            const block = render(text).firstElementChild;
                            const formula = block.querySelector('.katex-html, .katex-error').textContent;
                            return block.textContent.includes('text{')
                              || (block.querySelector('.katex-error') ? formula.endsWith('.') || !block.textContent.endsWith('.') : !formula.endsWith('.'))
                              || block.querySelector('mfrac')?.textContent.includes('.');
                          });
                        }""",
                texts)).isEmpty();
    }

    @Test
    void no_foreign_text_turns_what_stands_around_it() {
        open("/");

        assertThat((List<?>) page.evaluate(
                """
                        async signs => {
                          const { storedReply, toolMessage, userMessage } = await import('/page/message.js');
                          const { marked } = await import('/page/hit.js');
                          const { excerpt } = await import('/page/format.js');
                          const { titleOf } = await import('/page/sidebar.js');
                          const deeds = { link: () => '#' };
                          const place = document.createElement('div');
                          document.getElementById('messages').append(place);
                          return [...signs].filter(sign => {
                            const foreign = `one${sign}two`;
                            const call = { type: 'tool-call', name: foreign, arguments: { [foreign]: foreign } };
                            place.replaceChildren(...toolMessage({ content: [{ content: foreign }, { content: [{ type: 'text', text: foreign }] }] }),
                              ...storedReply({ id: 'r', status: 'completed', content: [call] }, { deeds, last: false, spent: null, choice: null }),
                              ...userMessage({ id: 'u', content: [{ type: 'text', text: foreign }] }, { deeds, editable: false }).filter(Boolean),
                              ...marked(foreign, 'two'), excerpt(foreign, 20), titleOf({ title: foreign }));
                            place.querySelectorAll('details').forEach(fold => (fold.open = true));
                            return place.innerText.includes(sign) || place.innerText.split('onetwo').length !== 10;
                          });
                        }""",
                "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")).isEmpty();
    }

    @Test
    void an_address_of_more_than_two_thousand_characters_is_text() {
        open("/");
        String rest = "b".repeat(1_985);

        assertThat((List<?>) page.evaluate(
                "async text => [...(await import('/page/markdown.js')).render(text).querySelectorAll('a')].map(a => a.getAttribute('href'))",
                "http://a.de/%1$s http://a.de/b%1$sbbbb www.a.de/%1$s www.a.de/bb%1$sbbbbbb http://c.de".formatted(rest)))
                .isEqualTo(List.of("http://a.de/" + rest, "http://www.a.de/" + rest, "http://c.de"));
    }

    @Test
    void a_text_is_drawn_however_many_signs_of_direction_it_has() {
        open("/");

        String drawn = """
                async text => {
                  const { render } = await import('/page/markdown.js');
                  const shown = render(text);
                  return [shown.textContent.replace(/[^x]/g, '').length, shown.querySelectorAll('.direction').length,
                    shown.textContent.includes('\\u202e')];
                }""";

        assertThat(page.evaluate(drawn, "\u202ex".repeat(500))).isEqualTo(List.of(500, 500, true));
        // Each of them would be an element.
        assertThat(page.evaluate(drawn, "\u202ex".repeat(65_000))).isEqualTo(List.of(65_000, 0, false));
    }

    @Test
    void a_table_is_drawn_however_many_rows_it_has() {
        open("/");

        // More than a call may have arguments.
        assertThat(page.evaluate(
                "async text => (await import('/page/markdown.js')).render(text).querySelectorAll('tbody tr').length",
                "|a|\n|-|\n" + "|b|\n".repeat(130_000))).isEqualTo(130_000);
    }

    @Test
    void a_text_that_cannot_be_drawn_is_shown_as_it_is_written() {
        open("/");
        excuse("A text could not be drawn");

        assertThat(page.evaluate("""
                async text => {
                  const { render } = await import('/page/markdown.js');
                  Object.defineProperty(HTMLTableElement.prototype, 'rows', { get() { throw new RangeError('too many'); } });
                  return render(text).textContent;
                }""", "| a\u202e |\n| - |\n| **b** |")).isEqualTo("| a |\n| - |\n| **b** |");
    }

    @Test
    void no_size_in_a_formula_lets_it_cover_what_stands_around_it() {
        open("/");
        List<String> formulas = List.of("\\rule{9999em}{9999em}", "\\rule[-9999em]{1em}{9999em}", "\\rule{99cm}{99cm}",
                "\\rule{9999pt}{9999mu}",
                "\\Huge\\rule{9999em}{9999em}", "\\kern-9999em\\rule{5em}{1em}", "\\hspace{-9999em}\\text{over it}",
                "\\hskip-99em\\rule{3em}{1em}", "\\mathllap{\\rule{9999em}{9999em}}", "\\mathrlap{\\rule{9999em}{9999em}}",
                "\\smash{\\rule{9999em}{9999em}}", "\\smash{\\raisebox{-9999em}{over it}}", "\\raisebox{9999em}{x}",
                "\\smash{\\rule[-9em]{9em}{9em}}",
                "\\begin{matrix}a\\\\[9999em]b\\end{matrix}", "\\genfrac{}{}{9999em}{}{a}{b}",
                "\\begin{array}{c}a\\\\[-9999em]b\\end{array}");

        assertThat((List<?>) page.evaluate(
                """
                        async formulas => {
                          await (await import('/page/math.js')).drawMath();
                          const { show } = await import('/page/markdown.js');
                          const place = document.createElement('div');
                          place.className = 'markdown';
                          place.style = 'width: 600px';
                          document.getElementById('messages').append(place);
                          const covered = block => {
                            const { left, right, top, bottom } = block.getBoundingClientRect();
                            for (let x = left + 2; x < right; x += 20) {
                              if (document.elementsFromPoint(x, (top + bottom) / 2)
                                .some(element => element.closest('.katex-html') && !block.contains(element))) {
                                return true;
                              }
                            }
                            return false;
                          };
                          return formulas.flatMap(formula => [`$${formula}$`, `a $${formula}$ b`, `\\\\[${formula}\\\\]`]).filter(text => {
                            show(place, `Before\\n\\n${text}\\n\\nAfter`);
                            const [before, itself, after] = place.children;
                            place.scrollIntoView();
                            return itself.getBoundingClientRect().height > 700 || place.querySelector('.katex, code') === null
                              || itself.scrollWidth > 640 || covered(before) || covered(after);
                          });
                        }""",
                formulas)).isEmpty();
    }

    @Test
    void a_table_of_many_columns_is_scrolled_on_a_phone_and_not_squeezed() {
        open("/");
        screen(375, 760, false);
        List<String> tables = List.of(
                """
                        | Framework | Language | First release | License | Rendering model | State management | Typical use |
                        | - | - | - | - | - | - | - |
                        | React | JavaScript / TypeScript | May 2013 | MIT License | Virtual DOM with concurrent rendering | Hooks and context | Large apps |
                        | Svelte | JavaScript | November 2016 | MIT | No virtual DOM | Stores and runes | Small and quick pages |""",
                """
                        | 名称 | 编程语言 | 发布时间 | 许可证 | 渲染方式 | 状态管理 | 学习曲线 | 用途 |
                        | - | - | - | - | - | - | - | - |
                        | 名称很长的框架 | 编程语言 | 二〇一六年 | 开源许可证 | 编译时渲染，没有虚拟文档对象模型 | 内置的响应式存储 | 平缓 | 小型页面 |""",
                """
                        | Month | Revenue | Costs | Profit | Margin | Customers | New | Lost | Churn | Remarks of the board |
                        | - | - | - | - | - | - | - | - | - | - |
                        | January 2026 | 1,234,567.89 | 1,000,000.00 | 234,567.89 | 19 % | 12,345 | 678 | 90 | 0.7 % | A good month for the whole of the company |""");

        assertThat((List<?>) page.evaluate(
                """
                        async tables => {
                          const { show } = await import('/page/markdown.js');
                          const place = document.createElement('div');
                          place.className = 'markdown';
                          document.getElementById('messages').append(place);
                          return tables.map(table => {
                            show(place, table);
                            const frame = place.querySelector('.table');
                            const tallest = Math.max(...[...place.querySelectorAll('tr')].map(row => row.getBoundingClientRect().height));
                            return tallest < 100 && frame.scrollWidth > frame.clientWidth && document.documentElement.scrollWidth === 375
                              ? 'fine' : `${tallest} px tall, ${frame.scrollWidth} px wide: ${table}`;
                          });
                        }""",
                tables)).isEqualTo(List.of("fine", "fine", "fine"));
    }

    private void assertDifferences(URL spec, List<Integer> allowed) {
        List<Example> examples = examples(spec);
        List<String> markup = markup(examples);
        Map<Integer, String> different = IntStream.range(0, examples.size()).boxed()
                .filter(at -> !isSectionOfHtml(examples.get(at))
                        && !markup.get(at).equals(expected(examples.get(at).getHtml())))
                .collect(toMap(at -> at + 1, at -> examples.get(at).getSource() + " becomes " + markup.get(at)));

        assertThat(different).containsOnlyKeys(new TreeSet<>(allowed));
    }

    @SuppressWarnings("unchecked")
    private List<String> markup(List<Example> examples) {
        return (List<String>) page.evaluate(MARKUP, examples.stream().map(Example::getSource).toList());
    }

    private static List<Example> examples(URL spec) {
        return ExampleReader.readExamples(spec);
    }

    private static boolean isSectionOfHtml(Example example) {
        return example.getSection().equals("HTML blocks") || example.getSection().contains("Raw HTML");
    }

    /** What an example becomes, as the page writes it: a picture is only named, and code has its language in an attribute. */
    private static String expected(String html) {
        String named = IMAGE.matcher(html.replace('→', '\t')).replaceAll(image -> image.group(1).startsWith("http")
                ? "<a href=\"" + image.group(1) + "\" class=\"remote\">" + image.group(2) + "</a>"
                : image.group(2).isEmpty() ? "picture" : image.group(2));
        return LANGUAGE.matcher(named)
                .replaceAll(code -> "<pre><code data-lang=\"" + (code.group(1) == null ? "" : code.group(1)) + "\">")
                .replace("type=\"checkbox\">", "type=\"checkbox\" />")
                .replace("<blockquote>\n</blockquote>", "<blockquote></blockquote>");
    }
}
