package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.Config;
import io.opportune.engine.server.OpportuneServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;

class OpportuneTest {
    @Test
    void shouldShowTheHelpWithoutACommand() {
        final CommandRun run = CommandRun.of();
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertTrue(run.err().startsWith("Usage: opportune"), run.err());
        assertTrue(run.err().contains("  opportune bench  "), run.err());
        assertEquals("", run.out());
    }

    @Test
    void shouldNameTheNearestCommand() {
        final CommandRun run = CommandRun.of("conifg");
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertTrue(run.err().contains("Nearest: config;"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void shouldHelpWithExamplesForEveryCommand() {
        final List<String> without = new ArrayList<>();
        collect(commandLine(), without);
        assertEquals(List.of(), without, "commands without description or examples");
    }

    @Test
    void shouldSumUpEveryCommandInOneSentenceAndListItsExitCodes() {
        final List<String> wrong = new ArrayList<>();
        checkHelp(commandLine(), wrong);
        assertEquals(List.of(), wrong);
        final String overview = CommandRun.of(config -> null, "help").out();
        assertTrue(overview.contains("Runs the server until it gets SIGTERM or SIGINT."), overview);
        final String load = CommandRun.of("load", "--help").out();
        assertTrue(load.matches("(?s).*\n *2 +the run is invalid.*\n *64 +the command line is wrong.*"), load);
    }

    private static void checkHelp(final CommandLine command, final List<String> wrong) {
        final UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        final String name = command.getCommandSpec().qualifiedName();
        final String summary = usage.header().length > 0 ? usage.header()[0] : usage.description()[0];
        if (!name.endsWith(" help") && !summary.matches("[A-Z].*[^,]\\.")) {
            wrong.add(name + ": '" + summary + "' is no sentence");
        }
        for (final String code : List.of("0", "64")) {
            if (!usage.exitCodeList().containsKey(code)) {
                wrong.add(name + ": exit code " + code + " is not listed");
            }
        }
        if (usage.exitCodeListHeading().isBlank()) {
            wrong.add(name + ": exit codes without a heading");
        }
        command.getSubcommands().values().forEach(sub -> checkHelp(sub, wrong));
    }

    @Test
    void shouldGiveWrongUsageACodeThatNoVerdictHas() {
        assertEquals(64, CommandRun.of("load", "--no-such-option").exitCode());
        assertEquals(64, CommandRun.of("help", "nonsense").exitCode());
        assertEquals(64, CommandRun.of("journal").exitCode());
        assertEquals(64, CommandRun.of("stat", "--count", "x").exitCode());
    }

    private static CommandLine commandLine() {
        final PrintWriter nowhere = new PrintWriter(new StringWriter());
        return Opportune.commandLine(config -> null, nowhere, nowhere);
    }

    private static void collect(final CommandLine command, final List<String> without) {
        for (final Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            final CommandLine one = sub.getValue();
            if (sub.getKey().equals("help")) {
                continue;
            }
            assertNotNull(one.getCommandSpec().version(), sub.getKey());
            final boolean isGroup = !one.getSubcommands().isEmpty();
            final String footer = String.join("\n", one.getCommandSpec().usageMessage().footer());
            if (one.getCommandSpec().usageMessage().description().length == 0
                || !isGroup && !footer.contains("opportune ")) {
                without.add(one.getCommandSpec().qualifiedName());
            }
            collect(one, without);
        }
    }

    @Test
    void shouldPrintTheVersionOfTheBuild() {
        final CommandRun run = CommandRun.of("--version");
        assertEquals(ExitCode.OK, run.exitCode());
        assertTrue(run.out().matches("(?s)Opportune \\d+\\.\\d+\\.\\d+.*"), run.out());
        assertEquals("opportune " + run.out().lines().findFirst().orElseThrow().replace("Opportune ", ""),
            OpportuneServer.VERSION);
        assertEquals(run.out(), CommandRun.of("config", "show", "--version").out());
    }

    @Test
    void shouldShowStackTracesOnlyWhenAsked() {
        final ServerStarter broken = config -> {
            throw new IllegalStateException("broken");
        };
        final CommandRun quiet = CommandRun.of(broken, "serve", "-q");
        assertEquals(ExitCode.UNEXPECTED, quiet.exitCode());
        assertFalse(quiet.err().contains("\tat "), quiet.err());
        assertTrue(quiet.err().contains("java.lang.IllegalStateException: broken"), quiet.err());
        assertTrue(CommandRun.of(broken, "serve", "-q", "--verbose").err().contains("\tat "));
        assertTrue(CommandRun.of(broken, "--verbose", "serve", "-q").err().contains("\tat "));
    }

    @Test
    void shouldServeUntilTheServerStops() {
        final AtomicBoolean closed = new AtomicBoolean();
        final List<Config> configs = new ArrayList<>();
        final ServerStarter starter = config -> {
            configs.add(config);
            return new StoppedServer(closed);
        };
        final CommandRun run = CommandRun.of(starter, "serve", "-s", "clients.till-1.key=secret-secret");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(closed.get());
        assertEquals("till-1", configs.getFirst().clients().getFirst().id());
        assertTrue(run.out().contains("config gateway.port = 7700\n"), run.out());
        assertTrue(run.out().contains("is ready: tills on 127.0.0.1:1234, operators on http://127.0.0.1:5678/status"),
            run.out());
        assertFalse(run.out().contains("secret-secret"), "the secret is printed");
    }

    @Test
    void shouldSayInOneSentenceWhyTheServerCannotStart() {
        final CommandRun run = CommandRun.of(config -> {
            throw new java.io.IOException("gateway port 127.0.0.1:7700: Address already in use");
        }, "serve", "-q");
        assertEquals(ExitCode.NOT_POSSIBLE, run.exitCode());
        assertEquals("opportune: gateway port 127.0.0.1:7700: Address already in use\n", run.err());
    }

    @Test
    void shouldColourOnlyATerminalAndNotAgainstNoColor() {
        assertFalse(Terminal.mayColour("1", "xterm"));
        assertFalse(Terminal.mayColour(null, "dumb"));
        assertTrue(Terminal.mayColour("", "xterm"));
        assertTrue(Terminal.mayColour(null, null));
        assertEquals(Ansi.OFF, Terminal.ansi(), "a test has no terminal");
        assertFalse(CommandRun.of("config", "--help").out().contains("\u001b"));
    }

    private record StoppedServer(AtomicBoolean closed) implements ServerStarter.Running {
        @Override
        public String startSummary() {
            return "state restored";
        }

        @Override
        public void reloadCatalogue() {
            throw new UnsupportedOperationException("nothing to reload");
        }

        @Override
        public int port() {
            return 1234;
        }

        @Override
        public int adminPort() {
            return 5678;
        }

        @Override
        public void awaitStop() {
            assertFalse(closed.get());
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }
}
