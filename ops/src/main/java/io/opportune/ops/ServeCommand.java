package io.opportune.ops;

import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigEntry;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.server.BuildVersion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the server until it is asked to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
        "Runs the server until it gets SIGTERM or SIGINT.",
        "Then it answers what is under way, writes the journal and ends. SIGHUP loads the catalogue again.",
        "A signal before it is ready ends it at once: with 143 after SIGTERM, 130 after SIGINT."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune serve -c opportune.properties",
        "  opportune serve -s catalogue.dir=shop -s clients.till-1.key=change-me-please",
        "  OPPORTUNE_HEAP=2g opportune serve",
        "  curl -s localhost:7701/ready"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:stopped in order",
        "1:the configuration has mistakes, all are listed",
        "3:the server could not start: port taken, bad catalogue, wrong key of the store"})
final class ServeCommand implements Callable<Integer> {
    private final ServerStarter starter;

    @Mixin
    private ConfigOptions options;

    @Option(names = {"-q", "--quiet"}, description = "Do not print the configuration at the start.")
    private boolean quiet;

    @Spec
    private CommandSpec spec;

    ServeCommand(final ServerStarter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Config config = options.load();
        if (!quiet) {
            for (final ConfigEntry entry : config.entries()) {
                out.println("config " + entry.key() + " = " + entry.value()
                    + (entry.source().equals("default") ? "" : "   # " + entry.source()));
            }
        }
        if (config.clients().isEmpty()) {
            out.println("Note: nobody can log on: no clients.<id>.key is set.");
        }
        out.flush();
        try (ServerStarter.Running server = starter.start(config)) {
            awaitSignals(server, () -> {
                // Readers of a script wait for this line: it is printed once, when both ports answer.
                out.println("Opportune " + BuildVersion.read() + " is ready: tills on "
                    + config.text(ConfigKey.GATEWAY_HOST) + ":" + server.port() + ", operators on http://"
                    + config.text(ConfigKey.ADMIN_HOST) + ":" + server.adminPort() + "/status");
                out.println(server.startSummary());
                out.flush();
            });
        }
        out.println("Stopped.");
        out.flush();
        return ExitCode.OK;
    }

    /**
     * Returns when a signal, or something else, has stopped the server. Says that it is ready once signals are handled,
     * so that one which follows stops it in order.
     */
    private static void awaitSignals(final ServerStarter.Running server, final Runnable sayReady)
        throws InterruptedException {
        try (ProcessSignals signals = new ProcessSignals()) {
            signals.handle("HUP", server::reloadCatalogue);
            if (!signals.handle("TERM", () -> stop(server)) || !signals.handle("INT", () -> stop(server))) {
                // Such as with -Xrs: then what ends the JVM runs this first.
                Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
            }
            sayReady.run();
            server.awaitStop();
        }
    }

    /** A server that cannot be stopped in order must not keep the process from ending. */
    private static void stop(final ServerStarter.Running server) {
        try {
            server.close();
        } catch (final RuntimeException e) {
            System.err.println("opportune: the server could not be stopped in order: " + e);
            System.exit(ExitCode.UNEXPECTED);
        }
    }
}
