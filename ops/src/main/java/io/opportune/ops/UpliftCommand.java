package io.opportune.ops;

import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.engine.uplift.UpliftAnalysis;
import io.opportune.engine.uplift.UpliftOptions;
import io.opportune.engine.uplift.UpliftReport;
import io.opportune.protocol.codec.NameKind;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code uplift}: what offers bring, by comparison with control groups. */
@Command(
    name = "uplift",
    mixinStandardHelpOptions = true,
    description = {
        "Says what offers bring: conversions and money of customers to whom they were made, against those of control"
            + " groups to whom they would have been made.",
        "Each customer counts once, at the first such offer, with what was bought within the campaign's attribution"
            + " window after it; who is still within it waits. Needs control groups in the catalogue. Reads the"
            + " journal; a running server is not disturbed. Figures are explained in engine/UPLIFT.md."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune uplift -d /var/opportune",
        "  opportune uplift --campaign spring --by channel --window 7d",
        "  opportune uplift --json | jq '.comparisons[] | {campaign, alarm, conversions}'"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:shown", "1:arms are not as large as they should be, or there is no such campaign",
        "3:there is no journal in the data folder"})
final class UpliftCommand implements Callable<Integer> {
    private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,4})(m|h|d)");
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final long HOUR_NS = 60 * MINUTE_NS;
    private static final long DAY_NS = 24 * HOUR_NS;
    private static final long MAX_WINDOW_NS = 365 * DAY_NS;

    @Mixin
    private ConfigOptions options;

    @Option(names = "--store", paramLabel = "DIR", description = "Data folder, as --data.")
    private Path store;

    @Option(names = "--campaign", paramLabel = "NAME", description = "Only this campaign.")
    private String campaign;

    @Option(
        names = "--by", paramLabel = "WHAT",
        description = "Also by channel of the first offer, or by segment at that time: ${COMPLETION-CANDIDATES}.")
    private UpliftOptions.Slicing slicing = UpliftOptions.Slicing.NONE;

    @Option(names = "--until", paramLabel = "TIME", description = "As it looked at this business time (RFC 3339).")
    private Instant until;

    @Option(
        names = "--window", paramLabel = "TIME",
        description = "How long after the first offer outcomes count, such as 12h or 14d, in place of the campaigns'"
            + " attribution windows.")
    private String window;

    @Option(
        names = "--planned", paramLabel = "N",
        description = "Customers of both arms together at which intervals that may be looked at any time are"
            + " narrowest; choose it before you look. Default: ${DEFAULT-VALUE}.")
    private long planned = UpliftOptions.DEFAULT_PLANNED_CUSTOMERS;

    @Option(
        names = "--adjust",
        description = "Adjust by what customers did before their first offer, within as long as the window (CUPED).")
    private boolean adjusted;

    @Option(
        names = "--simultaneous",
        description = "Widen intervals so that all of the report hold together with 95 %%, not each by itself.")
    private boolean simultaneous;

    @Option(names = "--json", description = "As JSON, everything.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final long windowNs = windowNs();
        if (planned < 1) {
            throw wrong("--planned " + planned + ": allowed are 1 and more");
        }
        if (store != null) {
            options.set(ConfigKey.SERVER_DATA_DIR, store.toString());
        }
        final Config config = options.load();
        final Path data = config.path(ConfigKey.SERVER_DATA_DIR);
        final Path journal = data.resolve("journal");
        if (!Files.isDirectory(journal)) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + journal
                + ": no server has run with this data folder");
        }
        final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
        RegistryQueue.restore(new JournalDirectory(journal).registryQueue(), registry);
        final int campaignId = campaign == null ? UpliftOptions.ALL : registry.find(NameKind.CAMPAIGN, campaign);
        if (campaign != null && campaignId == 0) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, "no catalogue ever had a campaign " + campaign);
        }
        final UpliftReport report = UpliftAnalysis.of(data, registry, new UpliftOptions(campaignId, slicing,
            until == null ? Long.MAX_VALUE : untilNs(), windowNs, planned, adjusted, simultaneous));
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(UpliftJson.of(report));
        } else {
            new UpliftText(out).print(report);
        }
        return report.hasAlarm() ? ExitCode.NOT_IN_ORDER : ExitCode.OK;
    }

    private long windowNs() {
        if (window == null) {
            return 0;
        }
        final Matcher matcher = WINDOW.matcher(window);
        if (matcher.matches()) {
            final long windowNs = Long.parseLong(matcher.group(1)) * switch (matcher.group(2)) {
                case "m" -> MINUTE_NS;
                case "h" -> HOUR_NS;
                default -> DAY_NS;
            };
            if (windowNs <= MAX_WINDOW_NS) {
                return windowNs;
            }
        }
        throw wrong("--window " + window + ": allowed are times such as 30m, 12h and 14d, up to 365d");
    }

    private long untilNs() {
        try {
            return JournalSummary.nanos(until);
        } catch (final ArithmeticException e) {
            throw wrong("--until " + until + ": allowed are times from 1677 to 2262");
        }
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
