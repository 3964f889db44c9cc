package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.identity.RootKey;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalFilter;
import io.opportune.engine.journal.JournalPrinter;
import io.opportune.engine.journal.JournalReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code journal}: what stands in the journal, also while a server appends to it. */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    description = "Shows the journal; a running server is not disturbed.",
    subcommands = {
        JournalCommand.Cat.class, JournalCommand.Info.class, JournalExplainCommand.class,
        JournalVerifyCommand.class})
final class JournalCommand extends CommandGroup {
    private static final String FOLDER = "journal";

    /** The options by which both commands find their queues. */
    static final class QueueOptions {
        @Mixin
        private ConfigOptions options;

        @Option(names = "--shard", paramLabel = "N", description = "Only the queue of this shard.")
        private Integer shard;

        @Option(names = "--registry", description = "Only the queue of the registry of names.")
        private boolean registry;

        Config config() {
            return options.load();
        }

        List<Path> queues() {
            final Path root = config().path(ConfigKey.SERVER_DATA_DIR).resolve(FOLDER);
            final JournalDirectory directory = new JournalDirectory(root);
            final List<Path> wanted = new ArrayList<>();
            if (shard != null) {
                wanted.add(directory.shardQueue(shard));
            }
            if (registry) {
                wanted.add(directory.registryQueue());
            }
            if (shard == null && !registry) {
                wanted.addAll(directory.queues());
            }
            for (final Path queue : wanted) {
                if (!Files.isDirectory(queue)) {
                    throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no queue at " + queue);
                }
            }
            if (wanted.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + root
                    + ": no server has run with this data folder");
            }
            return wanted;
        }
    }

    /** {@code journal cat}. */
    @Command(
        name = "cat",
        mixinStandardHelpOptions = true,
        description = {
            "Prints records as JSON lines, the messages inside them decoded.",
            "Queues follow each other; inside a queue records stand in the order in which they were applied."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  opportune journal cat --type decision --limit 10",
            "  opportune journal cat --customer loyalty:10023456",
            "  opportune journal cat --customer 80c1f3a5d2b4e6978899aabbccddeeff",
            "  opportune journal cat --follow --type event | jq .report",
            "  opportune journal cat --since 2026-11-21T10:00:00Z --until 2026-11-21T11:00:00Z --partition 17"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "3:there is no journal in the data folder, or no key of the pseudonyms"})
    static final class Cat implements Callable<Integer> {
        private static final long POLL_INTERVAL_NS = 50_000_000L;

        @Mixin
        private QueueOptions queues;

        @Option(names = "--type", paramLabel = "NAME", description = "Only records such as decision, event, context.")
        private String type;

        @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
        private Integer partition;

        @Option(
            names = "--customer", paramLabel = "NAMESPACE:ID|ROOTKEY",
            description = {
                "Only this customer, also where it was linked to others: an id such as loyalty:10023456, with loyalty,",
                "household, device, app-account, email-hash, payment-token, advertising-id or a partner's number;",
                "or only this root key: 32 hexadecimal digits, as rootKey shows them."})
        private String customer;

        @Option(names = "--since", paramLabel = "TIME", description = "Only business times from here on (RFC 3339).")
        private Instant since;

        @Option(names = "--until", paramLabel = "TIME", description = "Only business times before this (RFC 3339).")
        private Instant until;

        @Option(names = {"-n", "--limit"}, paramLabel = "N", description = "End after N records.")
        private long limit = Long.MAX_VALUE;

        @Option(names = {"-f", "--follow"}, description = "Go on with what is appended, until Ctrl-C.")
        private boolean follow;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            final JournalFilter filter = filter();
            final JournalPrinter printer = new JournalPrinter(filter);
            final PipeLines out = new PipeLines(spec.commandLine().getOut());
            final List<JournalReader> readers = new ArrayList<>();
            try {
                for (final Path queue : queues.queues()) {
                    readers.add(new JournalReader(queue));
                }
                long printed = printOnce(printer, readers, out);
                while (follow && printed < filter.limit() && !out.isClosed()) {
                    final long now = printOnce(printer, readers, out);
                    if (now == printed) {
                        LockSupport.parkNanos(POLL_INTERVAL_NS);
                    }
                    printed = now;
                }
            } catch (final PipeLines.ClosedPipeException e) {
                // Whoever read has seen enough, as behind `| head`.
                return ExitCode.OK;
            } finally {
                readers.forEach(JournalReader::close);
            }
            return ExitCode.OK;
        }

        private static long printOnce(
            final JournalPrinter printer, final List<JournalReader> readers, final PipeLines out) throws IOException {
            long printed = 0;
            for (final JournalReader reader : readers) {
                printed = printer.print(reader, out);
            }
            out.flush();
            return printed;
        }

        private JournalFilter filter() throws IOException {
            JournalFilter filter = JournalFilter.all().withLimit(limit)
                .withBusinessTime(nanos(since, Long.MIN_VALUE), nanos(until, Long.MAX_VALUE));
            if (limit < 0) {
                throw wrong("--limit " + limit + ": allowed are 0 and more");
            }
            if (type != null) {
                final int templateId = JournalPrinter.templateId(type);
                if (templateId == JournalFilter.ANY) {
                    throw wrong("--type " + type + ": there is no such record; there are decision, event, context,"
                        + " erasure, link, unlink, mergeOut, mergeIn, mergeDone, catalogue, term, name");
                }
                filter = filter.withTemplate(templateId);
            }
            if (partition != null) {
                filter = filter.withPartition(partition);
            }
            if (customer != null) {
                for (final RootKey root : roots()) {
                    filter = filter.withRootKey(root.high(), root.low());
                }
            }
            return filter;
        }

        private List<RootKey> roots() throws IOException {
            try {
                return CustomerOption.parse(customer).roots(queues.config());
            } catch (final IllegalArgumentException e) {
                throw wrong("Invalid value for option '--customer': " + e.getMessage());
            }
        }

        private long nanos(final Instant time, final long otherwise) {
            if (time == null) {
                return otherwise;
            }
            try {
                return JournalSummary.nanos(time);
            } catch (final ArithmeticException e) {
                throw wrong(time + ": allowed are times from 1677 to 2262");
            }
        }

        private ParameterException wrong(final String message) {
            return new ParameterException(spec.commandLine(), message);
        }
    }

    /** {@code journal info}. */
    @Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "Reads the journal through once: records by kind, span of time, size, damage.",
        footerHeading = "%nExample:%n",
        footer = "  opportune journal info -d /var/opportune --json",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown, nothing is damaged", "1:some records are damaged", "3:there is no journal in the data folder"})
    static final class Info implements Callable<Integer> {
        @Mixin
        private QueueOptions queues;

        @Option(names = "--json", description = "As JSON, one line per queue.")
        private boolean asJson;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            final PrintWriter out = spec.commandLine().getOut();
            final TextTable table = new TextTable(
                "queue", ">records", ">bytes", ">damaged", "first appended", "last appended", "kinds");
            boolean damaged = false;
            for (final Path queue : queues.queues()) {
                final JournalSummary summary = JournalSummary.of(queue);
                damaged |= summary.damagedCount() > 0;
                if (asJson) {
                    out.println(json(summary));
                } else {
                    table.row(summary.queue().getFileName().toString(), Long.toString(summary.recordCount()),
                        Long.toString(summary.lengthBytes()), Long.toString(summary.damagedCount()),
                        time(summary.firstAppendNs()), time(summary.lastAppendNs()), kinds(summary.countByKind()));
                }
            }
            if (!asJson) {
                table.print(out);
            }
            return damaged ? ExitCode.NOT_IN_ORDER : ExitCode.OK;
        }

        private static String kinds(final Map<String, Long> countByKind) {
            final List<String> parts = new ArrayList<>();
            countByKind.forEach((kind, count) -> parts.add(kind + " " + count));
            return String.join(", ", parts);
        }

        private static String time(final long timeNs) {
            return timeNs == JournalSummary.NO_TIME ? "" : JournalSummary.instant(timeNs).toString();
        }

        private static String json(final JournalSummary summary) {
            final JsonText json = new JsonText().beginObject()
                .member("queue", summary.queue().toString())
                .member("records", summary.recordCount())
                .member("bytes", summary.lengthBytes())
                .member("damaged", summary.damagedCount());
            if (summary.recordCount() > 0) {
                json.member("firstAppendTime", time(summary.firstAppendNs()))
                    .member("lastAppendTime", time(summary.lastAppendNs()));
            }
            json.name("kinds").beginObject();
            summary.countByKind().forEach(json::member);
            return json.endObject().endObject().toString();
        }
    }
}
