package io.opportune.ops;

import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.replay.DecisionReplay;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code journal verify}: makes every decision of a journal again and compares. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
        "Makes every journalled decision again and compares.",
        "It starts from the profiles as they were and the catalogue of that time, and compares status, reason, offers,",
        "propensities and scores. It needs room for a second store while it runs."},
    footerHeading = "%nExample:%n",
    footer = "  opportune journal verify -d /var/opportune",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:every decision came out the same",
        "1:some differ or cannot be made again, the first ones are shown",
        "3:there is no journal in the data folder"})
final class JournalVerifyCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        final Path data = options.load().path(ConfigKey.SERVER_DATA_DIR);
        if (!Files.isDirectory(data.resolve("journal"))) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + data.resolve("journal")
                + ": no server has run with this data folder");
        }
        final PrintWriter out = spec.commandLine().getOut();
        try (OwnFolder work = OwnFolder.make(null, "opportune-verify")) {
            final long startNs = System.nanoTime();
            final DecisionReplay.Report report = DecisionReplay.verify(data, work.path());
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            out.println(String.format(Locale.ROOT,
                "%,d decisions made again in %.1f s: %,d equal, %,d different, %,d cannot be made again",
                report.decisions(), seconds, report.equal(), report.differing(), report.unverifiable()));
            report.firstDifferences().forEach(line -> out.println("  different: " + line));
            report.firstUnverifiable().forEach(line -> out.println("  not made again: " + line));
            return report.allEqual() ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
        }
    }
}
