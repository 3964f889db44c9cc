package io.opportune.engine.admin;

import io.opportune.engine.decision.DeliveryCounts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the campaigns of the catalogue in service spend their budgets, and why they do not spend more. Budgets are as of
 * some 200 ms ago, in their current period; what is counted is counted since the start of the server.
 *
 * @param timeMs    when it was made, milliseconds since 1970.
 * @param campaigns all, by name.
 */
public record DeliveryReport(long timeMs, List<Row> campaigns) {
    /** Share of a limit by which a campaign may be off its plan and is still on it. */
    public static final double TOLERANCE = 0.02;

    /** Nothing to report on. */
    public static final DeliveryReport EMPTY = new DeliveryReport(0, List.of());

    /** Copies the list. */
    public DeliveryReport {
        campaigns = List.copyOf(campaigns);
    }

    /** Whether a campaign's offers may be made now at all. */
    public enum State {
        /** Some of them may. */
        RUNNING,
        /** It, or each of its offers, is paused by its file or by an operator. */
        PAUSED,
        /** Its next flight has not begun. */
        BEFORE_FLIGHT,
        /** Its last flight has ended. */
        AFTER_FLIGHT,
        /** It is not one of the hours in which it may spend. */
        OUTSIDE_HOURS
    }

    /**
     * One campaign.
     *
     * @param name    in the catalogue.
     * @param id      registry id.
     * @param state   whether it runs.
     * @param offers  of the catalogue.
     * @param pace    against the plan; null where nothing is planned: no budget, or no pacing.
     * @param budgets its own, then its offers', in the order of the catalogue; by stores one for each store.
     * @param counts  from decision to redemption.
     * @param auction from bid to win.
     * @param verdict why it delivers no more.
     */
    public record Row(
        String name, int id, State state, int offers, Pace pace, List<BudgetLine> budgets, DeliveryCounts counts,
        Auction auction, Verdict verdict) {
        /** Copies the list. */
        public Row {
            budgets = List.copyOf(budgets);
        }

        /**
         * Whether it has spent less than it should have.
         *
         * @return true when it is behind its plan by more than {@link DeliveryReport#TOLERANCE}.
         */
        public boolean isBehind() {
            return pace != null && pace.error() < -TOLERANCE;
        }
    }

    /**
     * The budgets of one campaign, for the metrics.
     *
     * @param campaign name in the catalogue.
     * @param id       registry id.
     * @param lines    as in {@link Row#budgets()}.
     */
    public record Budgets(String campaign, int id, List<BudgetLine> lines) {
        /** Copies the list. */
        public Budgets {
            lines = List.copyOf(lines);
        }
    }

    /**
     * How a campaign keeps its plan. Of several budgets, that which leaves the fewest opportunities until its plan is
     * met: the others cannot keep theirs.
     *
     * @param error         what is spent and reserved less what is planned by now, share of the limit; below 0 when
     *                      behind.
     * @param participation in how many of its opportunities it takes part, 0..1.
     * @param multiplier    of its bids.
     * @param limitedBy     what keeps it from spending faster, as in {@code PaceReport}, in small letters.
     */
    public record Pace(double error, double participation, double multiplier, String limitedBy) {
    }

    /**
     * One budget, or the part of one store or deal, in its current period. Amounts are micros where the unit is money,
     * else pieces.
     *
     * @param offer       whose it is; null: the campaign's own.
     * @param money       true: money; false: a count of impressions won and redemptions.
     * @param currency    ISO 4217 letters; empty for a count.
     * @param day         local date of a daily budget, {@code uuuu-mm-dd}; null for one in all.
     * @param store       name; null where it is not by stores.
     * @param deal        id; null where it is not by deals.
     * @param limit       of the period.
     * @param spent       within what was reserved, refunds taken off.
     * @param late        spent beyond a reservation or after it had ended.
     * @param reserved    by what is made and not settled.
     * @param outstanding leased to shards and not reserved.
     * @param refunds     given back.
     * @param left        what could still be reserved; below 0 after late spend or a lowered limit.
     * @param lateBefore  late spend of earlier days that the ledger still knows.
     * @param planned     what should be spent by now; null without a plan.
     * @param paceError   spent and reserved less planned, share of the limit; null without a plan.
     * @param exhausted   less is left than any of its offers may cost, whatever is reserved.
     * @param broken      it does not add up, and nothing more is spent from it.
     */
    public record BudgetLine(
        String offer, boolean money, String currency, String day, String store, String deal, long limit, long spent,
        long late, long reserved, long outstanding, long refunds, long left, long lateBefore, Long planned,
        Double paceError, boolean exhausted, boolean broken) {

        /**
         * What its period is, in a word.
         *
         * @return {@code total}, {@code day}, {@code store}, {@code deal}, {@code day_store} or {@code day_deal}.
         */
        public String period() {
            final String part = store != null ? "store" : "deal";
            return !hasScope() ? day == null ? "total" : "day" : day == null ? part : "day_" + part;
        }

        /**
         * Whether it is a store's or deal's part.
         *
         * @return false for a budget of the whole owner.
         */
        public boolean hasScope() {
            return store != null || deal != null;
        }
    }

    /**
     * What became of a campaign's bids; the maps hold only what is not 0.
     *
     * @param bids    made.
     * @param wins    told by win or billing notices, whichever are more.
     * @param winRate wins a bid, 0..1; those told of only later are missing; not a number without bids.
     * @param shade   mean share of the value that bids in first-price auctions bid, 0..1; not a number without any.
     * @param noBids  impressions for which its offer was chosen and yet not bid, by reason.
     * @param losses  told by loss notices, by reason code.
     */
    public record Auction(
        long bids, long wins, double winRate, double shade, Map<String, Long> noBids, Map<String, Long> losses) {
        /** Of who never bid. */
        public static final Auction NONE = new Auction(0, 0, Double.NaN, Double.NaN, Map.of(), Map.of());

        /** Copies the maps, keeping their order. */
        public Auction {
            noBids = Collections.unmodifiableMap(new LinkedHashMap<>(noBids));
            losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
        }
    }

    /**
     * Why a campaign delivers no more than it does.
     *
     * @param why      in a word.
     * @param sentence with the figures.
     * @param narrowest the step between candidate and redemption or win at which most is lost, whatever {@code why}
     *                  says.
     */
    public record Verdict(Why why, String sentence, Why narrowest) {
    }

    /** The words; see {@code DELIVERY.md}. */
    public enum Why {
        /** It, or each of its offers, is paused. */
        PAUSED("paused"),
        /** It is in no flight. */
        FLIGHT("flight"),
        /** It is not one of its hours. */
        HOURS("hours"),
        /** A budget does not add up. */
        BROKEN("broken"),
        /** A budget is spent. */
        SPENT("spent"),
        /** What is left of a budget is reserved. */
        RESERVED("reserved"),
        /** It is within 2 % of its plan. */
        ON_PLAN("on plan"),
        /** It is more than 2 % ahead of its plan. */
        AHEAD("ahead"),
        /** Its controller catches up no faster. */
        PACED("paced"),
        /** Its placements were not asked for. */
        NO_REQUESTS("no requests"),
        /** No rule of its offers held. */
        TARGETING("targeting"),
        /** Customers have not consented to what its offers need. */
        CONSENT("consent"),
        /** Caps are reached. */
        CAPS("caps"),
        /** Customers have just bought it. */
        JUST_BOUGHT("just bought"),
        /** Customers have said no. */
        DECLINED("declined"),
        /** It has no creative that fits. */
        CREATIVES("creatives"),
        /** Customers have received all that a budget per customer allows. */
        CUSTOMER_BUDGET("customer budget used up"),
        /** A budget per customer cannot be counted: no profile, or no room in it. */
        CUSTOMER_UNCOUNTED("customer not counted"),
        /** Too little of a budget is left beside what is reserved. */
        BUDGET("budget"),
        /** Its pace leaves requests out. */
        PACE("pace"),
        /** It is held back by something else. */
        HELD_BACK("held back"),
        /** Offers of others rank higher. */
        OUTRANKED("outranked"),
        /** Chosen for an impression and yet not bid: it is worth less than the floor. */
        FLOOR("floor"),
        /** Chosen for an impression and yet not bid, for another reason. */
        NOT_BID("not bid"),
        /** Bids do not win. */
        AUCTIONS("auctions"),
        /** Fewer offers are redeemed than its propensities say. */
        REDEMPTION("redemption"),
        /** Nothing holds it back: it fits too seldom. */
        SUPPLY("supply");

        private final String word;

        Why(final String word) {
            this.word = word;
        }

        /**
         * The word of reports.
         *
         * @return small letters, blanks within.
         */
        public String word() {
            return word;
        }
    }
}
