package io.opportune.ops;

import io.opportune.engine.bidding.BidExplanations;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.explain.BidFunnel;
import io.opportune.engine.explain.FunnelJson;
import io.opportune.engine.explain.FunnelText;
import io.opportune.engine.server.CatalogueRefusedException;
import io.opportune.engine.server.OfflineExplainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code explain}: what becomes of one bid request, and why, without a server. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
        "Says what becomes of a bid request (OpenRTB 2.6) and why; needs no server.",
        "It answers the request with the parts that bid for exchanges, at the catalogue as its files are now, and tells"
            + " what was read, whom it is about, what consent permits, what became of every offer, the price, and the"
            + " nbr where there is no bid. Nothing is journalled. A running server does the same for ?explain=1."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune explain --request request.json --catalogue shop/",
        "  opportune explain --request request.json --exchange openx --offer milk-online",
        "  opportune explain --request request.json -d data --customers --json | jq .imps[0].decision.outcomes"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:explained, bid or not",
        "1:the request cannot be read, or the catalogue or an exchange's profile has mistakes",
        "3:a file is missing"})
final class ExplainCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int USUAL_LINES = 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    @Mixin
    private ConfigOptions options;

    @Option(
        names = "--request", required = true, paramLabel = "FILE",
        description = "The bid request, JSON or Protocol Buffers; - reads standard input.")
    private Path request;

    @Option(
        names = "--exchange", paramLabel = "NAME", defaultValue = "generic",
        description = "The exchange that sends it; default: ${DEFAULT-VALUE}.")
    private String exchange;

    @Option(
        names = "--catalogue", paramLabel = "DIR",
        description = "Folder of the catalogue's files; default: catalogue.dir of the configuration.")
    private Path catalogue;

    @Option(
        names = "--exchanges", paramLabel = "DIR",
        description = "Folder of exchange profiles; default: bidding.exchanges-dir of the configuration.")
    private Path exchanges;

    @Option(
        names = "--customers",
        description = "Read the customers and what is paused from the data folder of a server that has stopped; without"
            + " it nobody has a profile and nothing is paused.")
    private boolean customers;

    @Option(
        names = "--offer", paramLabel = "NAME",
        description = "An offer to tell of in any case; may be repeated.")
    private List<String> offers = new ArrayList<>();

    @Option(
        names = "--decision", paramLabel = "ID",
        description = "A decision about such a request, by its id: what is left to chance is drawn as it was there;"
            + " default: some draw, always the same.")
    private UUID decision;

    @Option(
        names = "--lines", paramLabel = "N", defaultValue = "" + USUAL_LINES,
        description = "Offers to tell of one by one; default: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(
        names = "--at", paramLabel = "TIME",
        description = "When the request comes, such as 2026-11-20T12:00:00Z; default: now.")
    private String at;

    @Option(names = "--gpc", description = "As if Sec-GPC: 1 came with it.")
    private boolean gpc;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        final EpochNanoClock clock = clock();
        final Config config = config();
        final byte[] body = request.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(request);
        if (!Files.isDirectory(config.path(ConfigKey.CATALOGUE_DIR))) {
            throw new CommandFailure(
                ExitCode.NOT_POSSIBLE, "there is no catalogue folder " + config.path(ConfigKey.CATALOGUE_DIR));
        }
        final Path data = config.path(ConfigKey.SERVER_DATA_DIR);
        if (customers && !Files.isDirectory(data.resolve("journal"))) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + data.resolve("journal")
                + ": no server has run with this data folder");
        }
        final BidFunnel funnel = explain(config, body, clock);
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(FunnelJson.text(funnel));
        } else {
            FunnelText.lines(funnel).forEach(out::println);
        }
        return funnel.status() == OK || funnel.status() == NO_CONTENT ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
    }

    private BidFunnel explain(final Config config, final byte[] body, final EpochNanoClock clock) throws IOException {
        try (OwnFolder work = OwnFolder.make(null, "opportune-explain");
            OfflineExplainer explainer = OfflineExplainer.open(config, customers, work.path(), clock)) {
            return explainer.explain(new BidExplanations.Question(
                exchange, body, !looksLikeJson(body), gpc, Math.max(0, lines), offers, decision));
        } catch (final CatalogueRefusedException refused) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, refused.getMessage());
        }
    }

    private EpochNanoClock clock() {
        if (at == null) {
            return SystemEpochNanoClock.INSTANCE;
        }
        try {
            final Instant time = Instant.parse(at);
            final long timeNs =
                Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
            return () -> timeNs;
        } catch (final DateTimeException | ArithmeticException none) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--at': '" + at
                + "', allowed are times such as 2026-11-20T12:00:00Z", none);
        }
    }

    private Config config() {
        if (catalogue != null) {
            options.set(ConfigKey.CATALOGUE_DIR, catalogue.toString());
        }
        if (exchanges != null) {
            options.set(ConfigKey.BIDDING_EXCHANGES_DIR, exchanges.toString());
        }
        return options.load();
    }

    /** A message in Protocol Buffers begins with the tag of a field, never with a blank or a bracket. */
    private static boolean looksLikeJson(final byte[] body) {
        for (final byte c : body) {
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                return c == '{' || c == '[' || c == '"' || c < 0;
            }
        }
        return true;
    }
}
