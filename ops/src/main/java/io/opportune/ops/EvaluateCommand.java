package io.opportune.ops;

import io.opportune.engine.evaluation.BernoulliThompson;
import io.opportune.engine.evaluation.BetaPriors;
import io.opportune.engine.evaluation.EvaluationReport;
import io.opportune.engine.evaluation.LogEvaluation;
import io.opportune.engine.evaluation.LogForm;
import io.opportune.engine.evaluation.LogFormatException;
import io.opportune.engine.evaluation.LogReader;
import io.opportune.engine.evaluation.LoggedRows;
import io.opportune.engine.evaluation.RewardKind;
import io.opportune.engine.evaluation.RewardModel;
import io.opportune.engine.evaluation.TargetPolicy;
import io.opportune.engine.evaluation.WhatIf;
import io.opportune.engine.evaluation.WhatIfReport;
import io.opportune.engine.replay.CandidateRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code evaluate}: what another way of choosing would have brought, from a log or from the journal. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
        "Estimates what another way of choosing would have brought, from what was chosen and what came of it.",
        "From a log (--log): the value of a target policy by inverse propensity scores (IPS), self-normalised (SNIPS)"
            + " and doubly robust, each with standard error and 95 % interval, beside the effective sample size and the"
            + " greatest weight.",
        "From the journal of a server (--journal): every decision is made again with a candidate catalogue, a"
            + " candidate model or both; shown are the decisions and campaigns that change, and the candidate's value"
            + " as far as the journal knows it.",
        "Where the log says too little, the figures stand under a warning, are marked, and the exit code is 2.",
        "Forms of logs and the meaning of each figure: engine/EVALUATION.md."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune evaluate --log bts/men/men.csv --target uniform",
        "  opportune evaluate --log random/men/men.csv --target thompson --priors prior_bts.yaml --campaign men",
        "  opportune evaluate --log choices.jsonl --target column --json | jq .reliable",
        "  opportune evaluate --journal /var/opportune --catalogue next-week/ --reward redemption --window 168h",
        "  opportune evaluate --journal /var/opportune --model fast:2",
        "  opportune evaluate --journal /var/opportune --model \"house:2 bayes forgetting=0.001\""},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:estimated, and the figures may be relied on",
        "1:the log or the candidate has mistakes, the first ones are shown",
        "2:estimated, but the figures are not reliable; the warnings say why",
        "3:a file is missing, there is no journal, or no decision in it that can be used"})
final class EvaluateCommand implements Callable<Integer> {
    private static final int DEFAULT_DRAWS = 200_000;
    private static final int MAX_DRAWS = 100_000_000;
    private static final int MAX_FOLDS = 100;
    /** Ten years. */
    private static final long MAX_WINDOW_NS = 3_650L * 86_400 * 1_000_000_000;

    /** What {@code --target} names. */
    enum Target {
        /** All actions alike. */
        UNIFORM,
        /** One action always. */
        FIXED,
        /** Thompson sampling from Beta priors. */
        THOMPSON,
        /** The log's own column. */
        COLUMN
    }

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Where the choices stand. */
    private static final class Source {
        @Option(
            names = "--log", paramLabel = "FILE", required = true,
            description = "A log: CSV of the Open Bandit Dataset, general CSV, or JSON Lines.")
        private Path log;

        @Option(
            names = "--journal", paramLabel = "DIR", required = true,
            description = "Data folder of a server, which may be running.")
        private Path journal;
    }

    @Option(
        names = "--form", paramLabel = "FORM",
        description = "open_bandit, csv or json_lines; default: told from the file's name and heading.")
    private LogForm form;

    @Option(
        names = "--target", paramLabel = "POLICY",
        description = "uniform, fixed (with --action), thompson (with --priors), or column: the probabilities that the"
            + " log gives as target or target:ACTION. Default: column where the log has it, else uniform.")
    private Target target;

    @Option(names = "--action", paramLabel = "NAME", description = "The action of --target fixed.")
    private String action;

    @Option(
        names = "--priors", paramLabel = "FILE",
        description = "alpha and beta by campaign and action, as prior_bts.yaml has them.")
    private Path priors;

    @Option(
        names = "--campaign", paramLabel = "NAME", defaultValue = "all",
        description = "Whose priors; default: ${DEFAULT-VALUE}.")
    private String campaign;

    @Option(
        names = "--draws", paramLabel = "N", defaultValue = "" + DEFAULT_DRAWS,
        description = "Draws of --target thompson; default: ${DEFAULT-VALUE}.")
    private int draws;

    @Option(
        names = "--seed", paramLabel = "N", defaultValue = "1",
        description = "Seed of the draws; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
        names = "--actions", paramLabel = "A,B,...", split = ",",
        description = "All actions that could have been chosen, where the log does not name them.")
    private List<String> actions;

    @Option(
        names = "--catalogue", paramLabel = "DIR",
        description = "Candidate catalogue. Default with --journal: each decision's own catalogue, the best offers"
            + " being taken without exploring.")
    private Path catalogue;

    @Option(
        names = "--model", paramLabel = "MODEL",
        description = "Model that predicts for the candidate in placements that learn: name and version of one that"
            + " the server has learned (fast:2), or a whole line of one with other settings, which learns from the"
            + " journal (\"fast:3 ftrl alpha=0.05\"). Default with --journal: the model that decided.")
    private String model;

    @Option(
        names = "--reward", paramLabel = "KIND", defaultValue = "conversion",
        description = "What counts in a journal: click, accept, redemption, conversion (redemption or purchase),"
            + " amount; default: ${DEFAULT-VALUE}.")
    private RewardKind reward;

    @Option(
        names = "--window", paramLabel = "TIME", defaultValue = "24h", converter = OptionValues.TimeNs.class,
        description = "For how long after a decision its events count; younger decisions are not used for the estimate;"
            + " default: ${DEFAULT-VALUE}.")
    private long windowNs;

    @Option(
        names = "--since", paramLabel = "TIME",
        description = "Only decisions from this time on, such as 2026-11-01T00:00:00Z.")
    private Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only decisions before this time.")
    private Instant until;

    @Option(
        names = "--clip", paramLabel = "W",
        description = "Use no weight above this; lowers the scatter and biases, which the output then says.")
    private Double clip;

    @Option(
        names = "--folds", paramLabel = "N", defaultValue = "" + RewardModel.DEFAULT_FOLDS,
        description = "Folds of the cross-fitted model of the reward; 0: no doubly robust estimate; default:"
            + " ${DEFAULT-VALUE}.")
    private int folds;

    @Option(
        names = "--skip-bad-rows",
        description = "Leave rows with mistakes out, and say how many, instead of refusing the log.")
    private boolean skipBadRows;

    @Option(names = "--json", description = "As JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        checkOptions();
        if (source.journal != null) {
            return evaluateJournal();
        }
        try {
            return evaluateLog();
        } catch (final LogFormatException mistakes) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, mistakes.getMessage(), mistakes);
        }
    }

    private void checkOptions() {
        OptionValues.require(spec, "--draws", draws, 1, MAX_DRAWS);
        OptionValues.require(spec, "--folds", folds, 0, MAX_FOLDS);
        if (folds == 1) {
            throw wrong("Invalid value for option '--folds': '1', allowed are 0 and 2 to " + MAX_FOLDS);
        }
        if (clip != null && !(clip > 0 && clip < Double.POSITIVE_INFINITY)) {
            throw wrong("Invalid value for option '--clip': '" + clip + "', allowed are numbers above 0");
        }
        if (source.journal == null) {
            OptionValues.refuseTogether(spec, "a log has been joined with its rewards",
                spec.commandLine().getParseResult(), "--catalogue", "--model", "--reward", "--window", "--since",
                "--until");
        } else {
            OptionValues.refuseTogether(spec, "the journal is made again with a catalogue",
                spec.commandLine().getParseResult(), "--form", "--target", "--action", "--priors", "--campaign",
                "--draws", "--seed", "--actions", "--folds", "--skip-bad-rows");
        }
        OptionValues.requireNs(spec, "--window", windowNs, 1, MAX_WINDOW_NS);
        together("--action", action != null, Target.FIXED);
        together("--priors", priors != null, Target.THOMPSON);
    }

    private void together(final String option, final boolean typed, final Target with) {
        final String name = with.name().toLowerCase(Locale.ROOT);
        if (typed != (target == with)) {
            throw wrong(typed ? option + " has no effect here and is not allowed: it belongs to --target " + name
                : "--target " + name + " needs " + option);
        }
    }

    private ParameterException wrong(final String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private int evaluateJournal() throws IOException {
        if (!Files.isDirectory(source.journal.resolve("journal"))) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, "no journal at " + source.journal.resolve("journal")
                + ": no server has run with this data folder");
        }
        final WhatIf whatIf = new WhatIf(reward, windowNs).between(
            nanos(since, Long.MIN_VALUE), nanos(until, Long.MAX_VALUE));
        if (clip != null) {
            whatIf.clip(clip);
        }
        if (model != null) {
            whatIf.model(model);
        }
        final WhatIfReport report;
        try (OwnFolder work = OwnFolder.make(null, "opportune-evaluate")) {
            report = whatIf.of(source.journal, work.path(), catalogue);
        } catch (final CandidateRefusedException mistakes) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, mistakes.getMessage(), mistakes);
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(WhatIfText.json(source.journal, catalogue, model, reward, windowNs, report));
        } else {
            new WhatIfText(report, out).print(source.journal, catalogue, model, reward, windowNs);
        }
        return report.estimate() == null ? ExitCode.NOT_POSSIBLE
            : report.estimate().isReliable() ? ExitCode.OK : ExitCode.INVALID;
    }

    private long nanos(final Instant time, final long otherwise) {
        try {
            return time == null ? otherwise : JournalSummary.nanos(time);
        } catch (final ArithmeticException e) {
            throw wrong(time + ": allowed are times from 1677 to 2262");
        }
    }

    private int evaluateLog() throws IOException, LogFormatException {
        final LogReader reader = new LogReader(source.log);
        if (skipBadRows) {
            reader.skippingBadRows();
        }
        if (actions != null) {
            reader.actions(actions);
        }
        final LoggedRows log = reader.read(form);
        final TargetPolicy policy = policy(log);
        final LogEvaluation evaluation = new LogEvaluation(log);
        if (clip != null) {
            evaluation.clip(clip);
        }
        final EvaluationReport report = (folds == 0 ? evaluation.withoutModel()
            : evaluation.folds(folds)).of(policy);
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(EvaluationText.json(log, policy, report));
        } else {
            EvaluationText.print(log, policy, report, out);
        }
        return report.isReliable() ? ExitCode.OK : ExitCode.INVALID;
    }

    private TargetPolicy policy(final LoggedRows log) throws IOException, LogFormatException {
        final Target wanted = target == null ? log.givesTarget() ? Target.COLUMN : Target.UNIFORM : target;
        return switch (wanted) {
            case UNIFORM -> TargetPolicy.uniform(log);
            case FIXED -> TargetPolicy.fixed(log, found(log, action));
            case THOMPSON -> thompson(log);
            case COLUMN -> {
                if (!log.givesTarget()) {
                    throw new CommandFailure(ExitCode.NOT_IN_ORDER,
                        log.file() + " has neither a column target nor columns target:ACTION");
                }
                yield TargetPolicy.given(log);
            }
        };
    }

    private static int found(final LoggedRows log, final String name) {
        final int index = log.action(name);
        if (index == LoggedRows.NO_ACTION) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, "there is no action " + name + " in " + log.file()
                + "; there are " + EvaluationText.some(log.actions()));
        }
        return index;
    }

    private TargetPolicy thompson(final LoggedRows log) throws IOException, LogFormatException {
        final BetaPriors read = BetaPriors.read(priors, campaign);
        if (read.alpha().length != log.actions().size()) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, priors + " has priors for " + read.alpha().length
                + " actions of campaign " + campaign + ", but " + log.file() + " has " + log.actions().size()
                + " actions");
        }
        return new BernoulliThompson(log, read, draws, seed);
    }
}
