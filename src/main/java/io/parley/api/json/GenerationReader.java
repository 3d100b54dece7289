package io.parley.api.json;

import io.parley.conversation.Generation;
import io.parley.conversation.RawJson;
import io.parley.conversation.ToolDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how a reply is to be generated: the fields that sessions and turns share. */
final class GenerationReader {
    private static final int MOST_STOPS = 4;
    private static final int LONGEST_STOP = 256;
    private static final int LONGEST_DESCRIPTION = 16_384;
    private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final RawJson NO_PARAMETERS = new RawJson("{\"type\":\"object\",\"properties\":{}}");
    private final Limits limits;

    GenerationReader(Limits limits) {
        this.limits = limits;
    }

    Generation read(Fields fields) {
        return new Generation(fields.integer("maxOutputTokens", 1, Integer.MAX_VALUE), fields.number("temperature", 0, 2),
                fields.texts("stop", MOST_STOPS, LONGEST_STOP), tools(fields.find("tools")));
    }

    private @Nullable List<ToolDefinition> tools(@Nullable Value value) {
        List<Value> elements = value == null ? null : value.elements(limits.tools());
        if (value == null || elements == null) {
            return null;
        }
        if (Unicode.utf8Length(value.text().raw(value.json())) > limits.toolDefinitions().asLongValue()) {
            return value
                    .tooLarge("must be at most " + limits.toolDefinitions().asLongValue() + " bytes long, all tools together");
        }
        List<ToolDefinition> tools = new ArrayList<>(elements.size());
        Set<String> names = new HashSet<>();
        for (Value element : elements) {
            tools.add(tool(element, names));
        }
        return tools;
    }

    private ToolDefinition tool(Value element, Set<String> names) {
        Fields fields = element.fields();
        Value nameValue = fields.require("name");
        String name = nameValue == null ? null : nameValue.text(64);
        if (nameValue != null && name != null) {
            checkName(nameValue, name, names);
        }
        String description = fields.text("description", LONGEST_DESCRIPTION);
        Value parameters = fields.find("parameters");
        RawJson schema = parameters == null ? NO_PARAMETERS : parameters.object(limits.toolDefinitions().asLongValue());
        fields.refuseOthers();
        return new ToolDefinition(name == null ? "" : name, description, schema == null ? NO_PARAMETERS : schema);
    }

    private static void checkName(Value value, String name, Set<String> names) {
        if (!TOOL_NAME.matcher(name).matches()) {
            value.wrong("must be 1 to 64 letters, digits, dashes or underscores");
        } else if (!names.add(name)) {
            value.wrong("must not be the name of another tool in this list");
        }
    }
}
