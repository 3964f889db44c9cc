package io.opportune.ops;

import io.opportune.engine.config.ConfigException;
import io.opportune.engine.config.NearestWord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the command, runs it, and turns failures into one sentence and an exit code. */
@Command(
    name = "opportune",
    mixinStandardHelpOptions = true,
    description = "Decides what to offer to a customer, within milliseconds.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune demo                         see decisions on a made-up retail world",
        "  opportune serve -c opportune.properties",
        "  opportune catalogue validate shop/     every mistake with file and line",
        "  opportune stat --watch                 what a running server counts",
        "  opportune help journal cat             help of any command",
        "  opportune bench                        the benches (of the script only)",
    },
    exitCodeListHeading = "%nExit codes of all commands; a command's own help says what they mean there:%n",
    exitCodeList = {
        "0:done",
        "1:what was looked at is not in order, or an objective was missed",
        "2:the figures must not be used: a run of load or replay is invalid, an estimate of evaluate is not reliable",
        "3:it could not be done: a file is missing, a port is taken"})
public final class Opportune implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
        names = "--verbose", scope = ScopeType.INHERIT, order = 102,
        description = "Show stack traces of failures.")
    private boolean verbose;

    /** Without a command there is only the help to show. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /**
     * Runs one command and ends the process.
     *
     * @param args as typed.
     */
    public static void main(final String[] args) {
        final PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        final int exitCode = commandLine(EmbeddedServer::start, out, err).execute(args);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /**
     * The whole command line with its output where the caller wants it.
     *
     * @param starter of the server; commands that need one are left out without it.
     * @param out     results.
     * @param err     failures and usage.
     * @return to be executed.
     */
    public static CommandLine commandLine(
        final ServerStarter starter, final PrintWriter out, final PrintWriter err) {
        final CommandLine commandLine = new CommandLine(new Opportune());
        if (starter.isPresent()) {
            commandLine.addSubcommand(new ServeCommand(starter));
            commandLine.addSubcommand(new DemoCommand(starter));
            commandLine.addSubcommand(new ReplayCommand(starter));
        }
        commandLine.addSubcommand(new CatalogueCommand());
        commandLine.addSubcommand(new OffersCommand());
        commandLine.addSubcommand(new CampaignsCommand());
        commandLine.addSubcommand(new LoadCommand());
        commandLine.addSubcommand(new StatCommand());
        commandLine.addSubcommand(new BidsCommand());
        commandLine.addSubcommand(new DeliveryCommand());
        commandLine.addSubcommand(new UpliftCommand());
        commandLine.addSubcommand(new ExplainCommand());
        commandLine.addSubcommand(new EvaluateCommand());
        commandLine.addSubcommand(new ErrorsCommand());
        commandLine.addSubcommand(new JournalCommand());
        commandLine.addSubcommand(new AffinityCommand());
        commandLine.addSubcommand(new ConfigCommand());
        commandLine.addSubcommand(new CommandLine.HelpCommand());
        shareVersion(commandLine);
        shareExitCodes(commandLine);
        commandLine.registerConverter(int.class, OptionValues::wholeNumber);
        commandLine.registerConverter(Integer.class, OptionValues::wholeNumber);
        commandLine.registerConverter(long.class, OptionValues::longNumber);
        commandLine.registerConverter(Long.class, OptionValues::longNumber);
        commandLine.setOut(out);
        commandLine.setErr(err);
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansi()));
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Opportune::onWrongUsage);
        commandLine.setExecutionExceptionHandler(Opportune::onFailure);
        return commandLine;
    }

    /** Makes {@code --version} mean the same behind every command. */
    private static void shareVersion(final CommandLine commandLine) {
        commandLine.getCommandSpec().versionProvider(new ServerVersion());
        commandLine.getSubcommands().values().forEach(Opportune::shareVersion);
    }

    /** Adds to the help of every command the exit codes that all have. */
    private static void shareExitCodes(final CommandLine commandLine) {
        final UsageMessageSpec usage = commandLine.getCommandSpec().usageMessage();
        final Map<String, String> codes = new LinkedHashMap<>(usage.exitCodeList());
        codes.putIfAbsent(Integer.toString(ExitCode.OK), "done");
        codes.putIfAbsent(Integer.toString(ExitCode.UNEXPECTED), "unexpected error, a mistake in Opportune");
        codes.putIfAbsent(Integer.toString(ExitCode.USAGE), "the command line is wrong");
        usage.exitCodeList(codes);
        if (usage.exitCodeListHeading() == null || usage.exitCodeListHeading().isEmpty()) {
            usage.exitCodeListHeading("%nExit codes:%n");
        }
        commandLine.getSubcommands().values().forEach(Opportune::shareExitCodes);
    }

    private static int onWrongUsage(final ParameterException e, final String[] args) {
        final CommandLine command = e.getCommandLine();
        final PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("opportune: " + e.getMessage()));
        if (e instanceof final UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
            && !command.getSubcommands().isEmpty()) {
            final String typed = unmatched.getUnmatched().getFirst();
            err.println("Nearest: " + NearestWord.to(typed, command.getSubcommands().keySet())
                + "; commands: " + String.join(", ", command.getSubcommands().keySet()));
        } else if (!command.getSubcommands().isEmpty()) {
            err.println("Commands: " + String.join(", ", command.getSubcommands().keySet()));
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static int onFailure(final Exception e, final CommandLine command, final ParseResult parsed) {
        final PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("opportune: " + sentence(e)));
        if (isVerbose(command)) {
            e.printStackTrace(err);
        }
        err.flush();
        return exitCode(e);
    }

    private static boolean isVerbose(final CommandLine command) {
        CommandLine top = command;
        while (top.getParent() != null) {
            top = top.getParent();
        }
        return ((Opportune) top.getCommand()).verbose;
    }

    private static String sentence(final Exception e) {
        return switch (e) {
            case final CommandFailure failure -> failure.getMessage();
            case final ConfigException mistakes -> "the configuration cannot be used:\n" + mistakes.getMessage();
            case final UncheckedIOException wrapped -> wrapped.getMessage();
            case final NoSuchFileException missing -> "there is no file " + missing.getFile();
            case final AccessDeniedException denied -> "no right to use " + denied.getFile();
            case final IOException failed -> failed.getMessage();
            default -> "unexpected " + e + "; --verbose shows where";
        };
    }

    private static int exitCode(final Exception e) {
        return switch (e) {
            case final CommandFailure failure -> failure.exitCode();
            case final ConfigException mistakes -> ExitCode.NOT_IN_ORDER;
            case final UncheckedIOException wrapped -> ExitCode.NOT_POSSIBLE;
            case final IOException failed -> ExitCode.NOT_POSSIBLE;
            default -> ExitCode.UNEXPECTED;
        };
    }
}
