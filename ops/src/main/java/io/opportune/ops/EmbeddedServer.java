package io.opportune.ops;

import io.opportune.engine.config.Config;
import io.opportune.engine.server.CatalogueRefusedException;
import io.opportune.engine.server.OpportuneServer;
import java.io.IOException;

/** The server as the command line sees it: started in this process, stopped by its signals. */
final class EmbeddedServer implements ServerStarter.Running {
    private final OpportuneServer server;

    private EmbeddedServer(final OpportuneServer server) {
        this.server = server;
    }

    /** Starts a server, and turns why it cannot start into a sentence and an exit code. */
    static EmbeddedServer start(final Config config) throws IOException {
        try {
            return new EmbeddedServer(OpportuneServer.start(config));
        } catch (final CatalogueRefusedException | IllegalArgumentException | IllegalStateException e) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, sentence(e));
        }
    }

    private static String sentence(final Exception e) {
        final Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null
            ? e.getMessage() : e.getMessage() + ": " + cause.getMessage();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public int adminPort() {
        return server.adminPort();
    }

    @Override
    public String startSummary() {
        final var recovery = server.recovery();
        return String.format("state restored in %d ms: %,d profiles of snapshot %d, %,d journal records applied",
            recovery.durationNs() / 1_000_000, recovery.snapshotProfiles(), recovery.snapshot(), recovery.records());
    }

    @Override
    public void reloadCatalogue() {
        server.reloadCatalogue();
    }

    @Override
    public void awaitStop() throws InterruptedException {
        server.awaitStop();
    }

    @Override
    public void close() {
        server.close();
    }
}
