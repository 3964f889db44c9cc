package io.opportune.engine.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The logs of the Open Bandit Dataset, held against figures that were computed without this code. */
class OpenBanditTest {
    private static final double EXACT = 1e-9;
    /** Probabilities of drawn policies are shares of draws, in the reference too. */
    private static final double DRAWN = 0.012;
    private static final int DRAWS = 200_000;
    private static final long SEED = 1;

    /** The folder; without it the test is skipped, and fails where CI is set. */
    private static Path folder() {
        final Path folder = Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("../shared/data/open-bandit");
        if (!Files.exists(folder)) {
            if (System.getenv("CI") != null) {
                throw new AssertionError(folder + " is missing: the folder shared/data must stand beside the project");
            }
            assumeTrue(false, folder + " is missing");
        }
        return folder;
    }

    private static LoggedRows log(final String policy, final String campaign) throws Exception {
        return new LogReader(folder().resolve(policy).resolve(campaign).resolve(campaign + ".csv")).read(null);
    }

    private static JsonNode reference(final String campaign) throws Exception {
        return new ObjectMapper().readTree(folder().resolve("reference-values.json").toFile()).get(campaign);
    }

    private static void assertClose(final JsonNode reference, final String name, final double value,
        final double error) {
        assertTrue(reference.has(name), "the reference has no " + name);
        final double expected = reference.get(name).asDouble();
        assertEquals(expected, value, error * Math.abs(expected), name);
    }

    private static double value(final EvaluationReport report, final Estimator estimator) {
        return report.estimates().get(estimator).value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"men", "women"})
    void shouldReadTheLogsWhole(final String campaign) throws Exception {
        final JsonNode reference = reference(campaign);
        for (final String policy : List.of("bts", "random")) {
            final LoggedRows log = log(policy, campaign);
            assertEquals(reference.get("rows_" + policy).asInt(), log.rowCount());
            assertEquals(0, log.skippedRows());
            assertEquals(reference.get("n_items").asInt(), log.actions().size());
            assertEquals(LogForm.OPEN_BANDIT, log.form());
            assertEquals(3, log.positionCount());
            double least = 1;
            double most = 0;
            for (int row = 0; row < log.rowCount(); row++) {
                least = Math.min(least, log.propensity(row));
                most = Math.max(most, log.propensity(row));
            }
            assertEquals(reference.at("/propensity_" + policy + "_min_max/0").asDouble(), least);
            assertEquals(reference.at("/propensity_" + policy + "_min_max/1").asDouble(), most);
            final EvaluationReport report = new LogEvaluation(log).withoutModel().of(TargetPolicy.uniform(log));
            assertEquals(reference.get("clicks_" + policy).asLong(), report.rewarded());
            final Estimate logged = report.estimates().get(Estimator.LOGGED);
            assertEquals(reference.get("ctr_" + policy).asDouble(), logged.value(), EXACT);
            assertClose(reference, "ctr_" + policy + "_se", logged.standardError(), 1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"men", "women"})
    void shouldEqualTheReferenceForUniformFromThompson(final String campaign) throws Exception {
        final JsonNode reference = reference(campaign);
        final LoggedRows log = log("bts", campaign);
        final EvaluationReport report = new LogEvaluation(log).of(TargetPolicy.uniform(log));
        assertClose(reference, "IPS_uniform_from_bts", value(report, Estimator.IPS), EXACT);
        assertClose(reference, "SNIPS_uniform_from_bts", value(report, Estimator.SNIPS), EXACT);
        assertClose(reference, "ESS_uniform_from_bts", report.weights().effectiveSampleSize(), EXACT);
        assertClose(reference, "max_weight", report.weights().max(), EXACT);
        assertClose(reference, "mean_weight", report.meanWeight().value(), EXACT);
        assertEquals(log.rowCount(), report.weights().matchedRows());
        // Only one of the two logs can tell; what it tells agrees with what the uniform policy really brought.
        assertEquals(campaign.equals("men"), report.isReliable(), report.cautions()::toString);
        if (campaign.equals("men")) {
            for (final Estimator estimator : List.of(Estimator.IPS, Estimator.SNIPS, Estimator.DOUBLY_ROBUST)) {
                final Estimate estimate = report.estimates().get(estimator);
                final double apart = estimate.value() - reference.get("ctr_random").asDouble();
                final double error =
                    Math.hypot(estimate.standardError(), reference.get("ctr_random_se").asDouble());
                assertTrue(Math.abs(apart) < 3 * error, estimator + " is " + apart + " off, error " + error);
            }
        } else {
            final List<Caution.Kind> kinds = report.cautions().stream().map(Caution::kind).toList();
            assertTrue(kinds.contains(Caution.Kind.SMALL_EFFECTIVE_SAMPLE), kinds::toString);
            assertTrue(kinds.contains(Caution.Kind.DOMINANT_ROW), kinds::toString);
        }
    }

    /** Clipping makes the effective sample large, but then the figure is that of another policy. */
    @ParameterizedTest
    @ValueSource(doubles = {10, 100, 1000})
    void shouldNotCallAClippedFigureReliable(final double clip) throws Exception {
        final LoggedRows log = log("bts", "women");
        final EvaluationReport report =
            new LogEvaluation(log).withoutModel().clip(clip).of(TargetPolicy.uniform(log));
        assertFalse(report.isReliable());
        assertTrue(report.cautions().stream().anyMatch(caution -> caution.kind() == Caution.Kind.CLIPPED_MUCH));
        assertEquals(clip, report.weights().max());
    }

    @ParameterizedTest
    @ValueSource(strings = {"men", "women"})
    void shouldEqualTheReferenceForAFixedItem(final String campaign) throws Exception {
        final JsonNode reference = reference(campaign);
        final LoggedRows log = log("random", campaign);
        final BetaPriors priors = BetaPriors.read(folder().resolve("prior_bts.yaml"), campaign);
        assertEquals(reference.get("fixed_item_by_prior_mean").asInt(), priors.bestByMean());
        final EvaluationReport report = new LogEvaluation(log).withoutModel().of(
            TargetPolicy.fixed(log, log.action(Integer.toString(priors.bestByMean()))));
        assertClose(reference, "IPS_fixed_item_from_random", value(report, Estimator.IPS), EXACT);
        assertClose(reference, "SNIPS_fixed_item_from_random", value(report, Estimator.SNIPS), EXACT);
        assertEquals(reference.get("matched_rows").asLong(), report.weights().matchedRows());
        // One or two clicks are no ground for an interval.
        assertFalse(report.isReliable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"men", "women"})
    void shouldEqualTheReferenceForThompsonFromUniform(final String campaign) throws Exception {
        final JsonNode reference = reference(campaign);
        final LoggedRows log = log("random", campaign);
        final BetaPriors priors = BetaPriors.read(folder().resolve("prior_bts.yaml"), campaign);
        final EvaluationReport report = new LogEvaluation(log).of(new BernoulliThompson(log, priors, DRAWS, SEED));
        assertClose(reference, "IPS_bts_from_random (MC pi, 200k sims)", value(report, Estimator.IPS), DRAWN);
        assertClose(reference, "IPS_bts_from_random_se",
            report.estimates().get(Estimator.IPS).standardError(), DRAWN);
        assertClose(reference, "SNIPS_bts_from_random", value(report, Estimator.SNIPS), DRAWN);
        assertClose(reference, "ESS_bts_from_random", report.weights().effectiveSampleSize(), DRAWN);
        assertTrue(report.isReliable(), report.cautions()::toString);
    }
}
