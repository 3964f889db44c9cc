package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.BudgetUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a catalogue's budgets are to the ledger. */
class BudgetPlanTest {
    private static BudgetPlan.Entry find(final BudgetPlan plan, final int budgetId, final int scopeId) {
        return plan.entries().stream()
            .filter(each -> each.terms().budgetId() == budgetId && each.terms().scopeId() == scopeId)
            .reduce((first, second) -> {
                throw new AssertionError("twice: " + first);
            }).orElseThrow();
    }

    @Test
    void shouldSpreadBudgetsOverStoresAndKnowWhatAnOfferCosts() {
        final Catalogue catalogue = DeliveryCatalogue.of(
            DeliveryCatalogue.campaign("a",
                "budget: {amount: \"9.00\", currency: EUR}\n  budgets: [{count: 5, per: [day, store]}]"),
            DeliveryCatalogue.offer("cheap", "a", "cost: \"0.20\"")
                + DeliveryCatalogue.offer("dear", "a", "cost: \"2.00\"\n  budgets: [{amount: \"1.00\", per: [day]}]")
                + DeliveryCatalogue.offer("both", "a", "cost: \"0.50\"").replace("[till]", "[till, app]"));
        final int campaign = catalogue.campaigns().getFirst().campaignId();
        final BudgetPlan plan = BudgetPlan.of(catalogue);
        assertEquals(4, plan.entries().size());

        final BudgetPlan.Entry money =
            find(plan, Budget.id(false, campaign, Budget.Unit.MONEY, false, Budget.Scope.ALL), 0);
        assertEquals(200_000, money.least());
        final BudgetTerms terms = money.terms();
        assertEquals(2_000_000, terms.maxLiability());
        assertEquals(9_000_000, terms.limit());
        assertEquals(978, terms.currency());
        assertEquals(BudgetPeriod.TOTAL, terms.period());
        assertEquals("Europe/Berlin", terms.zone().getId());

        final int counts = Budget.id(false, campaign, Budget.Unit.COUNT, true, Budget.Scope.STORE);
        final List<Integer> stores = catalogue.stores().stream().map(store -> store.storeId()).toList();
        assertEquals(2, stores.size());
        stores.forEach(store -> {
            final BudgetPlan.Entry entry = find(plan, counts, store);
            assertEquals(1, entry.least());
            assertEquals(5, entry.terms().limit());
            assertEquals(BudgetUnit.COUNT, entry.terms().unit());
            assertEquals(0, entry.terms().currency());
            assertEquals(BudgetPeriod.DAILY, entry.terms().period());
        });

        final int dear = DeliveryCatalogue.find(catalogue, "dear").offerId();
        final BudgetPlan.Entry own = find(plan, Budget.id(true, dear, Budget.Unit.MONEY, true, Budget.Scope.ALL), 0);
        assertEquals(2_000_000, own.least(), "an offer that costs more than its budget is never made");
        assertEquals(dear, own.ownerId());
        assertEquals(campaign, own.terms().campaignId());
    }

    @Test
    void shouldBeNoneWhereNothingIsLimited() {
        assertSame(BudgetPlan.NONE, BudgetPlan.of(DeliveryCatalogue.of(
            DeliveryCatalogue.campaign("a", "budget: {currency: EUR}"), DeliveryCatalogue.offer("x", "a", ""))));
    }

    @Test
    void shouldHoldAtLeastAsLongAsAnOfferIsValid() {
        final Catalogue catalogue = DeliveryCatalogue.of(DeliveryCatalogue.campaign("a", "budget: {currency: EUR}"),
            DeliveryCatalogue.offer("short", "a", "valid_for: 1500ms")
                + DeliveryCatalogue.offer("long", "a", "valid_for: 30d") + DeliveryCatalogue.offer("open", "a", ""));
        final HoldTimes times = new HoldTimes(300, 3_600);
        assertEquals(2, times.of(DeliveryCatalogue.find(catalogue, "short"), false));
        assertEquals(TimeUnit.DAYS.toSeconds(30), times.of(DeliveryCatalogue.find(catalogue, "long"), false));
        assertEquals(3_600, times.of(DeliveryCatalogue.find(catalogue, "open"), false));
        assertEquals(300, times.of(DeliveryCatalogue.find(catalogue, "long"), true));
    }
}
