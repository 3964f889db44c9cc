package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigEntry;
import io.opportune.engine.config.ConfigReference;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code config}: what the server would run with. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Shows and checks the configuration.",
    subcommands = {ConfigCommand.Show.class, ConfigCommand.Check.class, ConfigCommand.Reference.class})
final class ConfigCommand extends CommandGroup {
    /** {@code config show}. */
    @Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Prints every value and where it comes from; secrets are masked.",
        footerHeading = "%nExamples:%n",
        footer = {"  opportune config show --changed", "  opportune config show -s server.shards=2 --json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:the configuration has mistakes, all are listed"})
    static final class Show implements Callable<Integer> {
        @Mixin
        private ConfigOptions options;

        @Option(names = "--changed", description = "Only what is not the default.")
        private boolean changedOnly;

        @Option(names = "--json", description = "As JSON.")
        private boolean asJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            final List<ConfigEntry> entries = options.load().entries().stream()
                .filter(entry -> !changedOnly || !entry.source().equals("default"))
                .toList();
            final PrintWriter out = spec.commandLine().getOut();
            if (asJson) {
                final JsonText json = new JsonText().beginArray();
                entries.forEach(entry -> json.beginObject().member("key", entry.key()).member("value", entry.value())
                    .member("source", entry.source()).endObject());
                out.println(json.endArray());
            } else {
                final TextTable table = new TextTable("key", "value", "from");
                entries.forEach(entry -> table.row(entry.key(), entry.value(), entry.source()));
                table.print(out);
            }
            return ExitCode.OK;
        }
    }

    /** {@code config check}. */
    @Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Lists every mistake with file, line, key, what was found and what is allowed.",
        footerHeading = "%nExample:%n",
        footer = "  opportune config check -c /etc/opportune/opportune.properties",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:in order", "1:mistakes were found"})
    static final class Check implements Callable<Integer> {
        @Mixin
        private ConfigOptions options;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            final PrintWriter out = spec.commandLine().getOut();
            final Path file = options.configFile();
            final Config config = options.load();
            final int clientCount = config.clients().size();
            out.println((file == null ? "No file, defaults only" : file.toString()) + ": in order, "
                + clientCount + (clientCount == 1 ? " client." : " clients."));
            if (clientCount == 0) {
                out.println("Note: nobody can log on before a clients.<id>.key is set.");
            }
            return ExitCode.OK;
        }
    }

    /** {@code config reference}. */
    @Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "Prints the page with every key, its default, range and meaning (Markdown).",
        footerHeading = "%nExample:%n",
        footer = "  opportune config reference | less")
    static final class Reference implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            spec.commandLine().getOut().print(ConfigReference.markdown());
            return ExitCode.OK;
        }
    }
}
