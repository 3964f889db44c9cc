package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.journal.SettlementBlock;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What events settle: kinds, amounts, days and stores. */
class SettlementTest {
    private static final int USD = 840;
    private static final int EUR = 978;
    private static final long NULL = EventReportDecoder.amountMicrosNullValue();
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 29);
    private static final long NOON_NS = DAY.atTime(12, 0).atZone(BERLIN).toEpochSecond() * 1_000_000_000L;

    private final Catalogue catalogue = DeliveryCatalogue.of(
        DeliveryCatalogue.campaign("a",
            "budget: {amount: \"9.00\", currency: USD}\n  budgets: [{count: 5, per: [day]}]")
            + DeliveryCatalogue.campaign("free", "budget: {currency: USD}"),
        DeliveryCatalogue.offer("x", "a", "cost: \"2.00\"\n  budgets: [{amount: \"3.00\", per: [store]}]")
            + DeliveryCatalogue.offer("y", "free", "cost: \"2.00\""));
    private final Offer limited = DeliveryCatalogue.find(catalogue, "x");
    private final Offer unlimited = DeliveryCatalogue.find(catalogue, "y");
    private final int money = Budget.id(false, limited.campaignId(), Budget.Unit.MONEY, false, Budget.Scope.ALL);
    private final int count = Budget.id(false, limited.campaignId(), Budget.Unit.COUNT, true, Budget.Scope.ALL);
    private final int store = Budget.id(true, limited.offerId(), Budget.Unit.MONEY, false, Budget.Scope.STORE);
    private final Settlement settlement = new Settlement();

    private static EventReportDecoder report(
        final EventType type, final long amount, final int currency, final Offer offer, final boolean decided) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final EventReportEncoder report =
            new EventReportEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        report.eventType(type).amountMicros(amount).currency(currency).storeId(7)
            .offerId(offer == null ? 0 : offer.offerId());
        report.decisionId().high(decided ? 1 : 0).low(decided ? 2 : 0);
        return new EventReportDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    /** Entries as "budget scope period amount". */
    private List<String> entries() {
        final List<String> found = new ArrayList<>();
        for (int i = 0; i < SettlementBlock.count(settlement.lengthBytes()); i++) {
            found.add(SettlementBlock.budgetId(settlement.block(), 0, i) + " "
                + SettlementBlock.scopeId(settlement.block(), 0, i) + " "
                + SettlementBlock.period(settlement.block(), 0, i) + " "
                + SettlementBlock.amount(settlement.block(), 0, i));
        }
        return found;
    }

    private List<String> expected(final long amount, final long pieces) {
        return List.of(money + " 0 0 " + amount, count + " 0 " + DAY.toEpochDay() + " " + pieces,
            store + " 7 0 " + amount);
    }

    private void settles(final EventType type, final long amount, final int currency, final int kind,
        final long micros, final long pieces) {
        settlement.ofEvent(report(type, amount, currency, limited, true), limited, NOON_NS);
        assertEquals(kind, SettlementBlock.kind(settlement.block(), 0));
        assertEquals(expected(micros, pieces), entries());
    }

    @Test
    void shouldSpendWhatARedemptionSaysOrTheCost() {
        settles(EventType.REDEMPTION, 1_500_000, USD, SettlementBlock.COMMIT, 1_500_000, 1);
        assertFalse(settlement.exceedsCost());
        settles(EventType.REDEMPTION, 1_500_000, 0, SettlementBlock.COMMIT, 1_500_000, 1);
        settles(EventType.REDEMPTION, NULL, USD, SettlementBlock.COMMIT, 2_000_000, 1);
        settles(EventType.REDEMPTION, 0, USD, SettlementBlock.COMMIT, 2_000_000, 1);
        // A till that writes what it gave as a negative amount.
        settles(EventType.REDEMPTION, -1_500_000, USD, SettlementBlock.COMMIT, 1_500_000, 1);
        // Of another currency nothing is known.
        settles(EventType.REDEMPTION, 1_500_000, EUR, SettlementBlock.COMMIT, 2_000_000, 1);
        assertFalse(settlement.exceedsCost());
    }

    @Test
    void shouldSayWhenARedemptionCostsMoreThanItMay() {
        settles(EventType.REDEMPTION, 2_000_001, USD, SettlementBlock.COMMIT, 2_000_001, 1);
        assertTrue(settlement.exceedsCost());
        settles(EventType.RETURN, 2_000_001, USD, SettlementBlock.REVERSE, 2_000_001, 1);
        assertFalse(settlement.exceedsCost());
        settlement.ofEvent(report(EventType.REDEMPTION, 9_000_000, USD, unlimited, true), unlimited, NOON_NS);
        assertFalse(settlement.exceedsCost());
    }

    @Test
    void shouldBringAPieceBackOnlyWithAllOfItsCost() {
        settles(EventType.RETURN, -2_000_000, USD, SettlementBlock.REVERSE, 2_000_000, 1);
        settles(EventType.RETURN, NULL, 0, SettlementBlock.REVERSE, 2_000_000, 1);
        settles(EventType.RETURN, -500_000, USD, SettlementBlock.REVERSE, 500_000, 0);
    }

    @Test
    void shouldGiveFreeWithoutNamingBudgets() {
        settlement.ofEvent(report(EventType.DECLINE, NULL, 0, limited, true), limited, NOON_NS);
        assertEquals(SettlementBlock.RELEASE, SettlementBlock.kind(settlement.block(), 0));
        assertEquals(List.of(), entries());
    }

    @Test
    void shouldSettleNothingWhereNothingWasReservedOrIsKnown() {
        settlement.ofEvent(report(EventType.IMPRESSION, NULL, 0, limited, true), limited, NOON_NS);
        assertEquals(0, settlement.lengthBytes());
        settlement.ofEvent(report(EventType.RETURN, -500_000, USD, null, true), null, NOON_NS);
        assertEquals(0, settlement.lengthBytes());
        settlement.ofEvent(report(EventType.DECLINE, NULL, 0, limited, false), limited, NOON_NS);
        assertEquals(0, settlement.lengthBytes());
        settlement.ofEvent(report(EventType.REDEMPTION, NULL, 0, unlimited, false), unlimited, NOON_NS);
        assertEquals(0, settlement.lengthBytes());
        settlement.ofEvent(report(EventType.REDEMPTION, NULL, 0, limited, true), limited, NOON_NS);
        settlement.nothing();
        assertEquals(0, settlement.lengthBytes());
    }

    /** What the decision had reserved the ledger knows, also where the catalogue has forgotten the offer. */
    @Test
    void shouldTellOfADecidedOfferThatIsGone() {
        settlement.ofEvent(report(EventType.REDEMPTION, 1_000_000, USD, limited, true), null, NOON_NS);
        assertEquals(SettlementBlock.COMMIT, SettlementBlock.kind(settlement.block(), 0));
        assertEquals(List.of(), entries());
    }

    /** A price of the bid's currency in the campaign's: the bid's share of what was reserved, half up. */
    @ParameterizedTest
    @CsvSource({
        // bid, in the campaign's currency, paid, spent
        "1000, 0, 700, 700",
        "1000, 0, 1000, 1000",
        "1000, 2000, 1000, 2000",
        "1000, 2000, 500, 1000",
        "3, 10, 1, 3",
        "3, 10, 2, 7",
        "2, 5, 1, 3",
        "1000, 2000, 0, 0",
        "9000000000000000, 8000000000000000, 4500000000000000, 4000000000000000"})
    void shouldSpendThePriceInTheCampaignsCurrency(
        final long bid, final long campaign, final long paid, final long spent) {
        settlement.ofNotice(report(EventType.BILLING, paid, USD, limited, true), limited, bid, campaign,
            EventType.BILLING.value(), NOON_NS);
        assertEquals(SettlementBlock.COMMIT, SettlementBlock.kind(settlement.block(), 0));
        assertEquals(expected(spent, 1), entries());
    }

    @Test
    void shouldSpendTheBidWhereNoPriceIsToldAndOnlyWhenCharged() {
        settlement.ofNotice(report(EventType.BILLING, NULL, USD, limited, true), limited, 1_000, 2_000,
            EventType.BILLING.value(), NOON_NS);
        assertEquals(expected(2_000, 1), entries());
        settlement.ofNotice(report(EventType.WIN, 700, USD, limited, true), limited, 1_000, 0,
            EventType.BILLING.value(), NOON_NS);
        assertEquals(0, settlement.lengthBytes());
        settlement.ofNotice(report(EventType.WIN, 700, USD, limited, true), limited, 1_000, 0,
            EventType.WIN.value(), NOON_NS);
        assertEquals(expected(700, 1), entries());
        settlement.ofNotice(report(EventType.LOSS, NULL, USD, limited, true), limited, 1_000, 0,
            EventType.WIN.value(), NOON_NS);
        assertEquals(SettlementBlock.RELEASE, SettlementBlock.kind(settlement.block(), 0));
    }
}
