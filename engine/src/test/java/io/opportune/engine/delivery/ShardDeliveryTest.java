package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.WithheldBlock;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.ledger.LedgerAgent;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerListener;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Reservations of one shard with a ledger behind it, over the offers of a decision as a search would meet them. */
class ShardDeliveryTest {
    private static final long NOON_NS = 1_600_000_000_000_000_000L;
    private static final int WANTED = 5;

    private final LedgerSettings settings =
        LedgerSettings.defaults().withBounds(1, 64, 1_024).withRings(1 << 16, 1 << 16);
    private final Ledger ledger = new Ledger(settings, LedgerListener.NONE);
    private final LedgerLink link = new LedgerLink(settings);
    private final ShardLeases leases = new ShardLeases(link, settings, 0);
    private final long[] nowNs = {NOON_NS};
    private final ShardDelivery delivery = new ShardDelivery(leases, new HoldTimes(60, 60), () -> nowNs[0]);
    private LedgerAgent agent;
    private Catalogue catalogue;
    private int passes;

    private void use(final Catalogue next) {
        catalogue = next;
        final List<BudgetTerms> terms = BudgetPlan.of(next).entries().stream().map(BudgetPlan.Entry::terms).toList();
        ledger.declare(terms);
        final BudgetSlots.Builder slots = new BudgetSlots.Builder();
        terms.forEach(each ->
            slots.add(each.budgetId(), each.scopeId(), ledger.slotOf(each.budgetId(), each.scopeId())));
        delivery.use(slots.build());
        agent = new LedgerAgent(ledger, List.of(link), settings, () -> nowNs[0], () -> nowNs[0]);
        turn();
    }

    private void turn() {
        for (int i = 0; i < 8; i++) {
            nowNs[0] += 20_000_000;
            agent.doWork();
            delivery.poll();
        }
    }

    private static DecisionRequestDecoder request(final boolean test) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1_024]);
        final DecisionRequestEncoder request =
            new DecisionRequestEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        request.channel(Channel.TILL).storeId(0);
        request.flags().clear().test(test);
        return new DecisionRequestDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    /** Decides like the shard: the first of the catalogue's offers that may be made, again while one is refused. */
    private List<String> decide(final boolean test) {
        delivery.begin(request(test), NOON_NS, 1, ++passes);
        passes = 0;
        while (true) {
            passes++;
            assertTrue(passes <= 10, "it must end");
            final List<Offer> made = new ArrayList<>();
            for (int i = 0; i < catalogue.offerCount() && made.size() < WANTED; i++) {
                final ReasonCode held = delivery.heldBack(catalogue.offer(i), catalogue.offer(i).valueMicros());
                if (held == null) {
                    made.add(catalogue.offer(i));
                } else {
                    assertEquals(ReasonCode.BUDGET_EXHAUSTED, held);
                }
            }
            if (made.stream().allMatch(offer -> delivery.take(offer, offer.valueMicros()))) {
                return made.stream().map(Offer::name).toList();
            }
            assertTrue(delivery.again(), "what was kept fits together");
        }
    }

    private static String offers(final String campaign, final int count, final String more) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(DeliveryCatalogue.offer(campaign + "-" + i, campaign, more));
        }
        return text.toString();
    }

    /** Twelve offers of a campaign that can hand out one more are one search more, not twelve, and spoil nothing. */
    @Test
    void shouldLeaveOutAllOffersOfABudgetThatIsTooSmallAtOnce() {
        use(DeliveryCatalogue.of(
            DeliveryCatalogue.campaign("a", "budget: {currency: USD}\n  budgets: [{count: 1}]")
                + DeliveryCatalogue.campaign("b", "budget: {currency: USD}"),
            offers("a", 12, "") + offers("b", 3, "")));
        assertEquals(List.of("a-0", "b-0", "b-1", "b-2"), decide(false));
        assertEquals(2, passes);
        assertEquals(1, delivery.reservationsLengthBytes() / ReservationBlock.ENTRY_LENGTH);
        assertEquals(11, delivery.withheld().lengthBytes() / WithheldBlock.ENTRY_LENGTH);
        delivery.published(1, delivery.stampNs(), 1, 1);
        turn();
        assertEquals(List.of("b-0", "b-1", "b-2"), decide(false), "nothing is left");
        assertEquals(1, passes);
        assertEquals(0, ledger.totals().brokenLines());
    }

    /** Ten campaigns, each with money for one of its two offers: after eight of them it keeps what it has. */
    @Test
    void shouldKeepWhatFitsWhenTooManyBudgetsAreTooSmall() {
        final StringBuilder campaigns = new StringBuilder();
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            campaigns.append(DeliveryCatalogue.campaign(
                "c" + i, "budget: {amount: \"0.60\", currency: USD}"));
            offers.append(offers("c" + i, 2, "cost: \"0.50\""));
        }
        use(DeliveryCatalogue.of(campaigns.toString(), offers.toString()));
        final List<String> made = decide(false);
        assertEquals(WANTED, made.size(), made.toString());
        assertEquals(WANTED, made.stream().map(name -> name.substring(0, 2)).distinct().count(), made.toString());
        assertTrue(passes > 4, "each refusal names one budget: " + passes);
        delivery.giveBack();
        // Nothing was lost by taking and giving back.
        assertEquals(made, decide(false));
    }

    @Test
    void shouldReserveNothingForATest() {
        use(DeliveryCatalogue.of(
            DeliveryCatalogue.campaign("a", "budget: {currency: USD}\n  budgets: [{count: 1}]"), offers("a", 3, "")));
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of("a-0", "a-1", "a-2"), decide(true));
            assertEquals(0, delivery.reservationsLengthBytes());
        }
        assertEquals(List.of("a-0"), decide(false));
    }

    @Test
    void shouldReserveInAllBudgetsOrInNone() {
        use(DeliveryCatalogue.of(
            DeliveryCatalogue.campaign("a", "budget: {amount: \"9.00\", currency: USD}"),
            offers("a", 1, "cost: \"0.50\"\n  budgets: [{count: 0}]") + offers("a", 1, "cost: \"0.50\"")
                .replace("a-0", "other")));
        assertEquals(List.of("other"), decide(false));
        assertEquals(1, delivery.reservationsLengthBytes() / ReservationBlock.ENTRY_LENGTH);
        assertEquals(500_000, ReservationBlock.amount(delivery.reservations(), 0, 0));
        assertEquals(60, ReservationBlock.holdSeconds(delivery.reservations(), 0, 0));
        assertFalse(delivery.withheld().isFull());
        final int held = delivery.withheld().lengthBytes() / WithheldBlock.ENTRY_LENGTH;
        assertEquals(1, held);
    }
}
