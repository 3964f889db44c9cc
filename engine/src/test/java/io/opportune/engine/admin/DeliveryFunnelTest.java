package io.opportune.engine.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admin.DeliveryReport.Auction;
import io.opportune.engine.admin.DeliveryReport.BudgetLine;
import io.opportune.engine.admin.DeliveryReport.Pace;
import io.opportune.engine.admin.DeliveryReport.State;
import io.opportune.engine.admin.DeliveryReport.Verdict;
import io.opportune.engine.admin.DeliveryReport.Why;
import io.opportune.engine.decision.DeliveryCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule by which a campaign's report says why it delivers no more, from top to bottom. */
class DeliveryFunnelTest {
    private static final DeliveryCounts CAPPED =
        new DeliveryCounts(1_000, 1_000, 1_000, 900, Map.of("cap_reached", 700L), 200, 150, 0, 0, 0);

    private static BudgetLine line(final boolean exhausted, final boolean broken) {
        return new BudgetLine(null, true, "USD", "2026-03-03", null, null, 5_000_000, 4_000_000, 500_000, 0, 0, 0,
            500_000, 0, null, null, exhausted, broken);
    }

    private static Verdict verdict(
        final State state, final List<BudgetLine> budgets, final boolean allSpent, final Pace pace,
        final DeliveryCounts counts, final Auction auction) {
        return DeliveryFunnel.verdict(state, "of the state", budgets, allSpent, pace, counts, auction);
    }

    private static Verdict running(final DeliveryCounts counts, final Auction auction) {
        return verdict(State.RUNNING, List.of(), false, null, counts, auction);
    }

    private static Pace pace(final double error, final String limitedBy) {
        return new Pace(error, 0.4, 0.8, limitedBy);
    }

    @ParameterizedTest
    @CsvSource({"PAUSED, PAUSED", "BEFORE_FLIGHT, FLIGHT", "AFTER_FLIGHT, FLIGHT", "OUTSIDE_HOURS, HOURS"})
    void shouldSayFirstWhatStopsIt(final State state, final Why why) {
        final Verdict verdict =
            verdict(state, List.of(line(true, true)), true, pace(-0.5, "schedule"), CAPPED, Auction.NONE);
        assertEquals(why, verdict.why());
        assertEquals("of the state", verdict.sentence());
        assertEquals(Why.CAPS, verdict.narrowest(), "the funnel is told all the same");
    }

    @Test
    void shouldSayThatABudgetIsBrokenOrSpentBeforeThePlan() {
        final Pace behind = pace(-0.5, "budget");
        assertEquals(Why.BROKEN, verdict(State.RUNNING, List.of(line(true, false), line(false, true)), false, behind,
            CAPPED, Auction.NONE).why());
        final Verdict spent =
            verdict(State.RUNNING, List.of(line(true, false)), false, behind, CAPPED, Auction.NONE);
        assertEquals(Why.SPENT, spent.why());
        assertEquals("4.50 USD of 5.00 USD (money per day) are spent, and the rest is too little for any offer; it goes"
            + " on tomorrow", spent.sentence());
        assertEquals(Why.SPENT, verdict(State.RUNNING, List.of(), true, behind, CAPPED, Auction.NONE).why());
        final BudgetLine ofStore = new BudgetLine(null, true, "USD", null, "309", null, 1, 1, 0, 0, 0, 0, 0, 0, null,
            null, true, false);
        assertEquals(Why.CAPS,
            verdict(State.RUNNING, List.of(ofStore), false, null, CAPPED, Auction.NONE).why(),
            "other stores go on");
    }

    @ParameterizedTest
    @CsvSource({
        "0.021, pace, AHEAD", "0.02, pace, ON_PLAN", "-0.02, supply, ON_PLAN", "-0.021, pace, PACED",
        "-0.3, budget, RESERVED", "-0.3, supply, CAPS", "-0.3, bid, CAPS"})
    void shouldCompareWithThePlan(final double error, final String limitedBy, final Why why) {
        final Map<String, Long> held = new LinkedHashMap<>(CAPPED.heldBack());
        held.put("paced", 10L);
        final DeliveryCounts counts = new DeliveryCounts(1_000, 1_000, 1_000, 900, held, 190, 150, 0, 0, 0);
        final Verdict verdict =
            verdict(State.RUNNING, List.of(line(false, false)), false, pace(error, limitedBy), counts, Auction.NONE);
        assertEquals(why, verdict.why(), verdict.sentence());
    }

    @Test
    void shouldNotBlameThePaceForWhatItNeverSaw() {
        assertEquals(Why.CAPS,
            verdict(State.RUNNING, List.of(), false, pace(-0.3, "pace"), CAPPED, Auction.NONE).why());
    }

    /** Each reason held back most, beside 20 of another: that one is the narrowest step. */
    @ParameterizedTest
    @CsvSource({
        "consent_missing, CONSENT", "cap_reached, CAPS", "just_bought, JUST_BOUGHT", "declined_recently, DECLINED",
        "creative_size, CREATIVES", "no_creative, CREATIVES", "restrictions_unreadable, CREATIVES",
        "budget_exhausted, BUDGET", "paced, PACE", "channel_mismatch, HELD_BACK"})
    void shouldNameTheStepThatHoldsBackMost(final String reason, final Why why) {
        final String other = reason.equals("cap_reached") ? "paced" : "cap_reached";
        final Verdict verdict = running(
            new DeliveryCounts(1_000, 1_000, 1_000, 90, Map.of(reason, 50L, other, 20L), 40, 35, 0, 0, 0),
            Auction.NONE);
        assertEquals(why, verdict.why(), verdict.sentence());
        assertTrue(verdict.sentence().startsWith("50 of 110 times that an offer fitted "), verdict.sentence());
        assertTrue(verdict.sentence().endsWith("; it fits in 90 of 1,000 decisions"), verdict.sentence());
    }

    @Test
    void shouldAddUpTheReasonsOfCreatives() {
        assertEquals(Why.CREATIVES, running(new DeliveryCounts(100, 100, 100, 100,
            Map.of("creative_size", 30L, "creative_mime", 15L, "cap_reached", 40L), 15, 15, 0, 0, 0),
            Auction.NONE).why());
    }

    @Test
    void shouldNameWhatIsLostBehindTheCandidates() {
        final Verdict outranked = running(
            new DeliveryCounts(1_000, 1_000, 1_000, 90, Map.of("cap_reached", 20L), 80, 10, 0, 1, 1), Auction.NONE);
        assertEquals(Why.OUTRANKED, outranked.why());
        assertTrue(outranked.sentence().contains("10 of 80 offers that nothing held back were made;"),
            outranked.sentence());
        final DeliveryCounts chosen = new DeliveryCounts(1_000, 1_000, 1_000, 90, Map.of("cap_reached", 20L), 80, 0, 79,
            0, 0);
        final Verdict floor = running(chosen, new Auction(19, 19, 1, 1, Map.of("below_floor", 50L, "seat", 10L),
            Map.of()));
        assertEquals(Why.FLOOR, floor.why());
        assertTrue(floor.sentence().startsWith("60 of 79 impressions it was chosen for were not bid, most often for "
            + "below_floor"), floor.sentence());
        assertEquals(Why.NOT_BID, running(chosen, new Auction(19, 19, 1, 1, Map.of("below_floor", 10L, "seat", 50L),
            Map.of())).why());
        final Verdict lost = running(chosen, new Auction(70, 10, 0.14, 1, Map.of("below_floor", 9L),
            Map.of("102", 30L, "3", 5L)));
        assertEquals(Why.AUCTIONS, lost.why());
        assertTrue(lost.sentence().startsWith(
            "60 of 70 bids were not won, most of those told were lost for reason 102"), lost.sentence());
        final Verdict redemption = running(
            new DeliveryCounts(1_000, 1_000, 1_000, 90, Map.of("cap_reached", 20L), 80, 75, 0, 37.4, 1), Auction.NONE);
        assertEquals(Why.REDEMPTION, redemption.why());
        assertTrue(redemption.sentence().startsWith(
            "1 of 75 offers were redeemed, its propensities let 37 expect"), redemption.sentence());
    }

    /** That few offers are redeemed is what offers are like: only what is missing counts. */
    @Test
    void shouldSayThatThereIsTooLittleWhereNothingIsLost() {
        final Verdict verdict = running(
            new DeliveryCounts(10_000, 10_000, 10_000, 80, Map.of(), 80, 80, 0, 4, 4), Auction.NONE);
        assertEquals(Why.SUPPLY, verdict.why());
        assertEquals("nothing holds back what fits: 80 offers; it fits in 80 of 10,000 decisions", verdict.sentence());
    }

    @Test
    void shouldTellNoRequestsFromNoMatchFromNeverLookedAt() {
        assertEquals(Why.NO_REQUESTS, running(new DeliveryCounts(0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0), Auction.NONE)
            .why());
        assertEquals(Why.CAPS, running(new DeliveryCounts(10, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0), Auction.NONE).why());
        final Verdict unseen = running(new DeliveryCounts(10, 10, 0, 0, Map.of(), 0, 0, 0, 0, 0), Auction.NONE);
        assertEquals(Why.OUTRANKED, unseen.why());
        final Verdict targeting = running(new DeliveryCounts(10, 10, 4, 0, Map.of(), 0, 0, 0, 0, 0), Auction.NONE);
        assertEquals(Why.TARGETING, targeting.why());
        assertEquals("its targeting held in none of 4 decisions; in 6 more better offers filled the answer before its"
            + " own were looked at", targeting.sentence());
    }

    /** Half of the customers get nothing at all, and every second decision fits. */
    @Test
    void shouldCountAsCapsWhatWasNotLookedFor() {
        final Verdict verdict = running(
            new DeliveryCounts(2_000, 1_000, 1_000, 500, Map.of("cap_reached", 10L), 490, 190, 0, 0, 0), Auction.NONE);
        assertEquals(Why.CAPS, verdict.why());
        assertTrue(verdict.sentence().startsWith("10 of 500 times that an offer fitted a cap was reached, and in 1,000"
            + " decisions nothing was looked for"), verdict.sentence());
    }

    /** 30 of 40 that were seen fitted; so most of the 960 that were not would have. */
    @Test
    void shouldCountAsOutrankedWhatWasNotLookedAt() {
        final Verdict verdict = running(
            new DeliveryCounts(1_000, 1_000, 40, 30, Map.of("cap_reached", 10L), 20, 20, 0, 0, 0), Auction.NONE);
        assertEquals(Why.OUTRANKED, verdict.why());
        assertTrue(verdict.sentence().contains("960 of 1,000 searches ended before its best offer"),
            verdict.sentence());
    }

    @Test
    void shouldExplainEveryWord() throws IOException {
        final String page = Files.readString(Path.of(System.getenv("OPPORTUNE_ROOT"), "engine", "DELIVERY.md"));
        final String rule = page.substring(page.indexOf("## Why it delivers no more"));
        for (final Why why : Why.values()) {
            assertTrue(rule.contains("`" + why.word() + "`"), why.word() + " is not in DELIVERY.md");
        }
    }
}
