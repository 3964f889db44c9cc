package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.replay.DecisionQuestion;
import io.opportune.engine.replay.DecisionReplay;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code journal explain}: makes one decision again and says why an offer was not made in it. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
        "Says why an offer was, or was not, made in a decision.",
        "It makes the decision again, from the profile as it was and the catalogue of that time, and names everything"
            + " that stood in the offer's way, of its rule the conditions that failed with what was found. It reads the"
            + " journal up to the decision and needs room for a second store while it runs."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune journal explain --decision 00110000000000010000000000000007 --offer milk-10",
        "  opportune journal cat --customer loyalty:10023456 --type decision | jq -r .response.decisionId"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:explained", "1:it cannot be made again, came out differently, or the offer was not in the catalogue",
        "3:there is no journal in the data folder, or no such decision in it"})
final class JournalExplainCommand implements Callable<Integer> {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}");
    private static final int HALF_DIGITS = 16;
    private static final int HEXADECIMAL = 16;

    @Mixin
    private ConfigOptions options;

    @Option(
        names = "--decision", required = true, paramLabel = "ID",
        description = "decisionId of the answer: 32 hexadecimal digits, also written as a UUID.")
    private String decision;

    @Option(
        names = "--offer", required = true, paramLabel = "NAME",
        description = "Name of an offer; may be repeated.")
    private List<String> offers;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        final DecisionQuestion question = question();
        final Path data = options.load().path(ConfigKey.SERVER_DATA_DIR);
        if (!Files.isDirectory(data.resolve("journal"))) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + data.resolve("journal")
                + ": no server has run with this data folder");
        }
        try (OwnFolder work = OwnFolder.make(null, "opportune-explain")) {
            DecisionReplay.ask(data, work.path(), question);
        }
        if (!question.isAnswered()) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no decision " + decision + " in the journal at "
                + data.resolve("journal"));
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json(question));
        } else {
            print(question, out);
        }
        return question.obstacle() == null && question.decided().difference() == null
            && question.unknownOffers().isEmpty() ? ExitCode.OK : ExitCode.NOT_IN_ORDER;
    }

    private DecisionQuestion question() {
        if (!ID.matcher(decision).matches()) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--decision': '" + decision
                + "', allowed are 32 hexadecimal digits");
        }
        final String digits = decision.replace("-", "");
        return new DecisionQuestion(Long.parseUnsignedLong(digits.substring(0, HALF_DIGITS), HEXADECIMAL),
            Long.parseUnsignedLong(digits.substring(HALF_DIGITS), HEXADECIMAL), offers);
    }

    private void print(final DecisionQuestion question, final PrintWriter out) {
        if (question.obstacle() != null) {
            out.println("decision " + decision + " cannot be made again: " + question.obstacle());
            return;
        }
        final DecisionQuestion.Decided decided = question.decided();
        out.println("decision " + decision + " of " + JournalSummary.instant(decided.businessTimeNs())
            + " with catalogue " + decided.catalogue() + ": "
            + decided.status().name().toLowerCase(Locale.ROOT) + ", " + decided.reason().text());
        if (decided.difference() != null) {
            out.println("made again it comes out differently: " + decided.difference());
        }
        for (final OfferInquiry.Finding finding : question.findings()) {
            if (finding.place() > 0) {
                out.println("offer " + finding.offer() + ": made, place " + finding.place());
                continue;
            }
            out.println("offer " + finding.offer() + ": not made");
            for (final OfferInquiry.Obstacle obstacle : finding.obstacles()) {
                out.println("  " + obstacle.reason().code() + " " + obstacle.reason().text());
                obstacle.lines().forEach(line -> out.println("      " + line));
            }
        }
        question.unknownOffers().forEach(name ->
            out.println("offer " + name + ": not in the catalogue of that time"));
    }

    private String json(final DecisionQuestion question) {
        final JsonText json = new JsonText().beginObject().member("decision", decision);
        if (question.obstacle() != null) {
            return json.member("obstacle", question.obstacle()).endObject().toString();
        }
        final DecisionQuestion.Decided decided = question.decided();
        json.member("businessTime", JournalSummary.instant(decided.businessTimeNs()).toString())
            .member("catalogue", decided.catalogue().toString())
            .member("status", decided.status().name())
            .member("reason", decided.reason().name())
            .member("same", decided.difference() == null);
        if (decided.difference() != null) {
            json.member("difference", decided.difference());
        }
        json.name("offers").beginArray();
        for (final OfferInquiry.Finding finding : question.findings()) {
            json.beginObject().member("offer", finding.offer()).member("place", finding.place())
                .member("rule", finding.rule()).name("obstacles").beginArray();
            for (final OfferInquiry.Obstacle obstacle : finding.obstacles()) {
                json.beginObject().member("code", obstacle.reason().code())
                    .member("reason", obstacle.reason().name()).name("lines").beginArray();
                obstacle.lines().forEach(json::value);
                json.endArray().endObject();
            }
            json.endArray().endObject();
        }
        json.endArray().name("unknownOffers").beginArray();
        question.unknownOffers().forEach(json::value);
        return json.endArray().endObject().toString();
    }
}
