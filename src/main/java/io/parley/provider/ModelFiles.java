package io.parley.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the built-in file of models and lays the user's own over it, field by field. */
final class ModelFiles {
    private static final String BUILT_IN = "models.json";

    private ModelFiles() {
    }

    /**
     * All models in the order of the files.
     *
     * @throws CatalogueException that names file, model and field
     */
    static List<Model> read(Optional<Path> own) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        merge(BUILT_IN, builtIn(), entries);
        own.ifPresent(file -> merge(file.toString(), content(file), entries));
        return entries.values().stream().map(entry -> new ModelEntry(entry.file, entry.fields).model()).toList();
    }

    private static byte[] builtIn() {
        try (InputStream in = ModelFiles.class.getResourceAsStream("/" + BUILT_IN)) {
            if (in == null) {
                throw new CatalogueException(BUILT_IN + ": missing in the application");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new CatalogueException(BUILT_IN + ": cannot be read");
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CatalogueException("parley.models.file: cannot read " + file);
        }
    }

    private static void merge(String file, byte[] content, Map<String, Entry> entries) {
        JsonNode models = parse(file, content).path("models");
        if (!models.isArray()) {
            throw new CatalogueException(file + ": must be an object with a list \"models\"");
        }
        for (JsonNode model : models) {
            String name = model.path("name").textValue();
            if (!(model instanceof ObjectNode fields) || name == null || name.isBlank()) {
                throw new CatalogueException(file + ": each model must be an object with a \"name\"");
            }
            entries.merge(name, new Entry(file, fields.deepCopy()), (known, change) -> {
                patch(known.fields, change.fields);
                return new Entry(file, known.fields);
            });
        }
    }

    private static JsonNode parse(String file, byte[] content) {
        try {
            return WireJson.MAPPER.readTree(content);
        } catch (JsonProcessingException e) {
            throw new CatalogueException(file + ": is not JSON" + at(e));
        } catch (IOException e) {
            throw new CatalogueException(file + ": cannot be read");
        }
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
    }

    /** RFC 7396: a null takes a field away, objects are merged, all else replaces. */
    private static void patch(ObjectNode target, ObjectNode change) {
        change.properties().forEach(field -> {
            @Nullable
            JsonNode known = target.get(field.getKey());
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (known instanceof ObjectNode object && field.getValue() instanceof ObjectNode fields) {
                patch(object, fields);
            } else {
                target.set(field.getKey(), field.getValue());
            }
        });
    }

    private record Entry(String file, ObjectNode fields) {}
}
