package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code offers}: changes single offers of a running server, by its admin port. */
@Command(
    name = "offers",
    mixinStandardHelpOptions = true,
    description = "Changes single offers of a running server, without loading its catalogue again.",
    footerHeading = "%nExamples:%n",
    footer = {"  opportune offers pause milk-10", "  opportune offers put milk-10.yaml"},
    subcommands = {
        OffersCommand.Pause.class, OffersCommand.Resume.class, OffersCommand.Put.class, OffersCommand.Paused.class})
final class OffersCommand extends CommandGroup {
    /** {@code offers pause}. */
    @Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = {"Stops making an offer, at once and until it is resumed, also over restarts.",
            "It is no longer made as a fallback either."},
        footerHeading = "%nExamples:%n",
        footer = {"  opportune offers pause milk-10", "  opportune offers pause milk-10 --admin 127.0.0.1:7701"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is paused", "1:the catalogue has no such offer", "3:no server answers"})
    static final class Pause extends PauseCommand {
        Pause() {
            super("offer", true);
        }
    }

    /** {@code offers resume}. */
    @Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets an offer that was paused be made again, and says what else keeps it from being made.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune offers resume milk-10",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is not paused", "1:the catalogue has no such offer", "3:no server answers"})
    static final class Resume extends PauseCommand {
        Resume() {
            super("offer", false);
        }
    }

    /** {@code offers put}. */
    @Command(
        name = "put",
        mixinStandardHelpOptions = true,
        description = {"Adds an offer or changes one: every decision from then on knows it.",
            "It is kept in the folder overrides/ of the catalogue, in place of the offer of this name in other files."},
        footerHeading = "%nExamples:%n",
        footer = "  opportune offers put milk-10.yaml",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is in service", "1:the offer has mistakes, which are listed; nothing has changed",
            "3:no server answers, or the file cannot be read"})
    static final class Put implements Callable<Integer> {
        /** The admin port takes no more. */
        private static final int MAX_BYTES = 1 << 20;
        private static final String ALLOWED = "a file of YAML in UTF-8, at most 1 MiB";

        @Mixin
        private AdminOptions admin;

        @Parameters(paramLabel = "FILE", description = "YAML: the fields of one offer, or a list of offers with one.")
        private Path file;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JsonNode answer = admin.ask("POST", "/offers", offerText());
            final PrintWriter out = spec.commandLine().getOut();
            out.println("Catalogue " + answer.path("catalogueVersion").asLong() + "-"
                + answer.path("contentHash").asText() + " with " + answer.path("offers").asInt() + " offers decides.");
            answer.path("warnings").forEach(warning -> out.println(warning.path("file").asText() + ":"
                + warning.path("line").asInt() + ":" + warning.path("column").asInt() + " "
                + warning.path("field").asText() + ": " + warning.path("text").asText()));
            return ExitCode.OK;
        }

        private String offerText() throws IOException {
            if (!Files.isRegularFile(file) && Files.exists(file)) {
                throw notTaken("no file" + (Files.isDirectory(file) ? ", but a folder" : ""), null);
            }
            final byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw notTaken(Files.size(file) + " bytes", null);
            }
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            } catch (final CharacterCodingException e) {
                throw notTaken("no UTF-8", e);
            }
        }

        private CommandFailure notTaken(final String found, final Exception cause) {
            return new CommandFailure(
                ExitCode.NOT_POSSIBLE, file + ": found " + found + ", allowed is " + ALLOWED, cause);
        }
    }

    /** {@code offers paused}. */
    @Command(
        name = "paused",
        mixinStandardHelpOptions = true,
        description = "Lists the offers and campaigns that were paused and not resumed.",
        footerHeading = "%nExamples:%n",
        footer = "  opportune offers paused",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "3:no server answers"})
    static final class Paused implements Callable<Integer> {
        @Mixin
        private AdminOptions admin;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JsonNode paused = admin.ask("GET", "/paused", "");
            final PrintWriter out = spec.commandLine().getOut();
            if (paused.path("offers").isEmpty() && paused.path("campaigns").isEmpty()) {
                out.println("Nothing is paused.");
            }
            paused.path("campaigns").forEach(name -> out.println("campaign " + name.asText()));
            paused.path("offers").forEach(name -> out.println("offer " + name.asText()));
            return ExitCode.OK;
        }
    }
}
