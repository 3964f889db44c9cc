package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.ledger.BudgetPeriod;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.BudgetUnit;
import io.opportune.protocol.codec.Channel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All budgets of a catalogue as the ledger wants them: one for each budget, or one for each of its stores or deals,
 * with the least and the most that one of its offers may cost. Made by control threads; immutable.
 */
public final class BudgetPlan {
    /** No budget at all. */
    public static final BudgetPlan NONE = new BudgetPlan(List.of());

    private final List<Entry> entries;

    /**
     * A budget, or the part of a store or deal.
     *
     * @param terms        for the ledger.
     * @param budget       of the catalogue.
     * @param least        smallest reservation that an offer may make, 1 or more; when less is left it is spent.
     * @param ofOffer      true: an offer's; false: a campaign's.
     * @param ownerId      registry id of the offer or campaign.
     */
    public record Entry(BudgetTerms terms, Budget budget, long least, boolean ofOffer, int ownerId) {
    }

    /** What the offers under a budget may cost. */
    private static final class Draft {
        private final Budget budget;
        private final Campaign campaign;
        private long least = Long.MAX_VALUE;
        private long most;

        private Draft(final Budget budget, final Campaign campaign) {
            this.budget = budget;
            this.campaign = campaign;
        }

        private void take(final Offer offer) {
            final boolean auctioned = offer.isOn(Channel.AD_EXCHANGE);
            final boolean redeemed = (offer.channelMask() & ~(1 << Channel.AD_EXCHANGE.value())) != 0;
            if (budget.unit() == Budget.Unit.COUNT) {
                note(1);
            } else {
                if (redeemed) {
                    note(offer.costMicros());
                }
                if (auctioned) {
                    note((long) (offer.valueMicros() * offer.propensity()));
                }
            }
        }

        private void note(final long amount) {
            if (amount > 0) {
                least = Math.min(least, amount);
                most = Math.max(most, Math.min(amount, BudgetTerms.MAX_LIMIT));
            }
        }
    }

    private BudgetPlan(final List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Gathers the budgets of a catalogue.
     *
     * @param catalogue that was found in order.
     * @return its budgets.
     */
    public static BudgetPlan of(final Catalogue catalogue) {
        final Map<Integer, Draft> drafts = new LinkedHashMap<>();
        catalogue.campaigns().forEach(campaign ->
            campaign.budgets().forEach(budget -> drafts.put(budget.budgetId(), new Draft(budget, campaign))));
        for (int i = 0; i < catalogue.offerCount(); i++) {
            final Offer offer = catalogue.offer(i);
            offer.campaign().budgets().forEach(budget -> drafts.get(budget.budgetId()).take(offer));
            offer.budgets().forEach(budget ->
                drafts.computeIfAbsent(budget.budgetId(), id -> new Draft(budget, offer.campaign())).take(offer));
        }
        final List<Entry> entries = new ArrayList<>();
        drafts.values().forEach(draft -> add(draft, catalogue, entries));
        return entries.isEmpty() ? NONE : new BudgetPlan(entries);
    }

    private static void add(final Draft draft, final Catalogue catalogue, final List<Entry> entries) {
        switch (draft.budget.scope()) {
            case STORE -> catalogue.stores().forEach(store -> entries.add(entry(draft, store.storeId())));
            case DEAL -> catalogue.deals().forEach(deal -> entries.add(entry(draft, deal.dealId())));
            default -> entries.add(entry(draft, 0));
        }
    }

    private static Entry entry(final Draft draft, final int scopeId) {
        final Budget budget = draft.budget;
        final boolean money = budget.unit() == Budget.Unit.MONEY;
        final BudgetTerms terms = new BudgetTerms(budget.budgetId(), scopeId, draft.campaign.campaignId(),
            money ? BudgetUnit.MICROS : BudgetUnit.COUNT, money ? draft.campaign.currency() : 0,
            Math.min(budget.limit(), BudgetTerms.MAX_LIMIT),
            budget.daily() ? BudgetPeriod.DAILY : BudgetPeriod.TOTAL, draft.campaign.zone(), draft.most);
        return new Entry(terms, budget, Math.min(draft.least, Math.max(1, draft.most)),
            Budget.isOfOffer(budget.budgetId()), Budget.ownerId(budget.budgetId()));
    }

    /**
     * All budgets.
     *
     * @return unmodifiable, in the order of the catalogue.
     */
    public List<Entry> entries() {
        return entries;
    }
}
