package io.parley.api;

import io.parley.api.json.ProblemType;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** Writes the table of all problem codes into the API's description, so that it cannot say anything but what the code does. */
@OpenApiFilter
public final class ProblemCodesFilter implements OASFilter {
    private static final String SCHEMA = "ProblemCode";

    @Override
    public void filterOpenAPI(OpenAPI description) {
        if (description.getComponents() == null || description.getComponents().getSchemas() == null) {
            return;
        }
        Schema codes = description.getComponents().getSchemas().get(SCHEMA);
        if (codes != null) {
            codes.setEnumeration(List.copyOf(ProblemType.all().stream().map(ProblemType::code).toList()));
            codes.setDescription(table());
        }
    }

    private static String table() {
        return ProblemType.all().stream()
                .map(type -> "| `" + type.code() + "` | " + type.status() + " | " + type.title() + " |")
                .collect(Collectors.joining("\n", "All problem codes, with their status and title.\n\n"
                        + "| code | status | title |\n| --- | --- | --- |\n", "\n"));
    }
}
