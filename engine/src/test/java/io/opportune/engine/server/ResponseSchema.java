package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The response part of the specification's JSON Schema. */
final class ResponseSchema {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonSchema schema;

    ResponseSchema() throws IOException {
        final ObjectNode tree =
            (ObjectNode) JSON.readTree(Files.readString(shared("openrtb/spec/openrtb-2.6.schema.json")));
        tree.remove("oneOf");
        tree.put("$ref", "#/$defs/BidResponse");
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(tree, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    }

    /** A file of the shared data; without it the test is skipped, and fails where CI is set. */
    static Path shared(final String name) {
        final Path file = Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("../shared/data").resolve(name);
        if (!Files.exists(file)) {
            if (System.getenv("CI") != null) {
                throw new AssertionError(file + " is missing: the folder shared/data must stand beside the project");
            }
            assumeTrue(false, file + " is missing");
        }
        return file;
    }

    /** Checks a response as the exchange uses it, because a URL with a macro in it is none; the number of its bids. */
    int check(final JsonNode request, final String text) throws IOException {
        final JsonNode response = JSON.readTree(text.replaceAll("\\$\\{[A-Z_]+(:[A-Z0-9]+)?}", "1"));
        assertEquals(Set.of(), schema.validate(response), response::toString);
        assertEquals(request.get("id").asText(), response.get("id").asText());
        final Set<String> impIds = new HashSet<>();
        final Set<String> dynamic = new HashSet<>();
        request.path("imp").forEach(imp -> {
            impIds.add(imp.path("id").asText());
            if (imp.at("/video/poddur").asInt() > 0 || imp.at("/audio/poddur").asInt() > 0) {
                dynamic.add(imp.path("id").asText());
            }
        });
        final Set<String> bidIds = new HashSet<>();
        response.path("seatbid").forEach(seat -> seat.path("bid").forEach(bid -> {
            final String impid = bid.get("impid").asText();
            assertTrue(dynamic.contains(impid) ? impIds.contains(impid) : impIds.remove(impid),
                () -> response + " answers " + request);
            assertTrue(bidIds.add(bid.get("id").asText()), () -> "an id twice in " + response);
        }));
        return bidIds.size();
    }
}
