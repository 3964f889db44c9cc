package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options by which a command finds the admin port of a running server, and asking it. */
final class AdminOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private ConfigOptions options;

    @Option(
        names = "--admin", paramLabel = "HOST:PORT",
        description = "Admin port of the server; default: admin.host and admin.port of its configuration.")
    private String address;

    /** Asks the server; an answer other than 200 ends the command with what the server says. */
    JsonNode ask(final String method, final String path, final String body) throws IOException {
        final String where = address != null ? address : configured();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            final HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://" + where + path)).timeout(PATIENCE)
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
            final JsonNode answer = new ObjectMapper().readTree(response.body());
            if (response.statusCode() != 200) {
                final int exitCode = response.statusCode() < 500 ? ExitCode.NOT_IN_ORDER : ExitCode.NOT_POSSIBLE;
                throw new CommandFailure(exitCode, answer.path("error").asText(answer.path("text").asText()));
            }
            return answer;
        } catch (final IllegalArgumentException notAnAddress) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "--admin " + where + " is no HOST:PORT", notAnAddress);
        } catch (final java.net.ConnectException | java.net.http.HttpTimeoutException refused) {
            throw new CommandFailure(
                ExitCode.NOT_POSSIBLE, "no server answers at the admin port " + where, refused);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private String configured() {
        final Config config = options.load();
        return config.text(ConfigKey.ADMIN_HOST) + ":" + config.integer(ConfigKey.ADMIN_PORT);
    }

    /** A name as one step of a path. */
    static String step(final String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
