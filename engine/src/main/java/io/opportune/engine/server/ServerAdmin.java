package io.opportune.engine.server;

import io.opportune.engine.admin.AdminOperations;
import io.opportune.engine.admin.CatalogueProblem;
import io.opportune.engine.admin.DeliveryReport;
import io.opportune.engine.admin.ImportOutcome;
import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.admin.PauseOutcome;
import io.opportune.engine.admin.PausedNames;
import io.opportune.engine.admin.ReloadOutcome;
import io.opportune.engine.admin.ServerStatus;
import io.opportune.engine.admin.SnapshotOutcome;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueWarning;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.recovery.Snapshotter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the admin port asks, answered from a running server. */
final class ServerAdmin implements AdminOperations {
    private final OpportuneServer server;
    private final Pauses pauses;

    ServerAdmin(final OpportuneServer server, final Pauses pauses) {
        this.server = server;
        this.pauses = pauses;
    }

    @Override
    public List<String> notReadyReasons() {
        final List<String> reasons = new ArrayList<>();
        if (server.catalogues().current() == null) {
            reasons.add("no catalogue is loaded");
        }
        if (!server.journalHealthy()) {
            reasons.add("the journal cannot be written: events are refused");
        }
        if (!server.control().healthy()) {
            reasons.add("the control journal cannot be written: new names, catalogues and pauses are refused");
        }
        if (server.stopping()) {
            reasons.add("the server is shutting down");
        }
        return reasons;
    }

    @Override
    public ServerStatus status() {
        return server.status();
    }

    @Override
    public ReloadOutcome reloadCatalogue() {
        final LoadResult result = server.catalogues().reload();
        return outcome(result.errors(), result.suppressed(), result.warnings(), result.moreWarnings());
    }

    @Override
    public ReloadOutcome putOffer(final String name, final String yaml) throws IOException {
        final CatalogueService.Put put = server.catalogues().put(yaml, name);
        return outcome(put.errors(), 0, put.warnings(), 0);
    }

    private ReloadOutcome outcome(
        final List<CatalogueError> errors, final int moreErrors, final List<CatalogueWarning> warnings,
        final int moreWarnings) {
        final Catalogue now = server.catalogues().current();
        return new ReloadOutcome(
            now == null ? 0 : now.version().counter(),
            now == null ? "" : String.format("%016x", now.version().contentHash()),
            now == null ? 0 : now.offerCount(),
            errors.stream()
                .map(e -> new CatalogueProblem(e.file(), e.line(), e.column(), e.field(), e.found(), e.allowed()))
                .toList(),
            moreErrors,
            warnings.stream()
                .map(w -> new ReloadOutcome.Warning(
                    w.kind().name(), w.file(), w.line(), w.column(), w.field(), w.offer(), w.words()))
                .toList(),
            moreWarnings);
    }

    @Override
    public PauseOutcome pause(final boolean campaign, final String name, final boolean paused) {
        return pauses.pause(campaign, name, paused);
    }

    @Override
    public PausedNames paused() {
        return pauses.paused();
    }

    @Override
    public BidReport bids() {
        return server.bidReport();
    }

    @Override
    public DeliveryReport delivery() {
        return server.deliveryReport();
    }

    @Override
    public ModelReport models() {
        final ModelReport learned = server.learning() == null ? ModelReport.NONE : server.learning().report();
        return server.imported() == null ? learned : learned.with(server.imported().report());
    }

    @Override
    public ImportOutcome importModel(final boolean onlyCheck) throws IOException {
        return server.imported() == null ? null : server.imported().exchange(onlyCheck);
    }

    @Override
    public String promote(final String name) {
        if (server.learning() == null) {
            return "no model learns here: set learning.model and restart";
        }
        try {
            server.learning().promote(name);
            return null;
        } catch (final IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Override
    public SnapshotOutcome takeSnapshot() {
        try {
            final Snapshotter.Result result = server.takeSnapshot();
            return new SnapshotOutcome(null, result.profiles(), result.lengthBytes(), result.durationNs());
        } catch (final IOException | RuntimeException e) {
            return new SnapshotOutcome(e.toString(), 0, 0, 0);
        }
    }
}
