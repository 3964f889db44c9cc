package io.opportune.engine.catalogue;

import io.opportune.engine.profile.ProfileFlyweight;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the budgets of a campaign or an offer. */
final class BudgetReader {
    private BudgetReader() {
    }

    /**
     * Reads the list {@code budgets} of an owner.
     *
     * @param first the budget that stands before the list, or null.
     */
    static List<Budget> read(
        final YamlValue owner, final boolean ofOffer, final int ownerId, final Long first, final YamlValue firstAt) {
        final List<Budget> budgets = new ArrayList<>();
        final Map<Integer, YamlValue> seen = new HashMap<>();
        if (first != null) {
            add(budgets, seen, firstAt, ofOffer, ownerId, Budget.Unit.MONEY, first, List.of());
        }
        Fields.each(owner, "budgets", value -> {
            final YamlValue amount = value.get("amount");
            final YamlValue count = value.get("count");
            if ((amount == null) == (count == null)) {
                value.file().problems().add(value,
                    amount == null ? "a budget without a limit" : "a budget of two units",
                    "either \"amount\", of money, or \"count\", of impressions won and redemptions");
                return;
            }
            final Long limit = amount == null ? whole(Fields.number(value, "count")) : Fields.micros(amount);
            if (limit != null) {
                add(budgets, seen, value, ofOffer, ownerId, amount == null ? Budget.Unit.COUNT : Budget.Unit.MONEY,
                    limit, Fields.texts(value, "per"));
            }
        });
        return List.copyOf(budgets);
    }

    private static void add(
        final List<Budget> budgets, final Map<Integer, YamlValue> seen, final YamlValue at, final boolean ofOffer,
        final int ownerId, final Budget.Unit unit, final long limit, final List<String> per) {
        final boolean daily = per.contains("day");
        final boolean ofCustomer = per.contains("customer");
        final Budget.Scope scope = ofCustomer ? Budget.Scope.CUSTOMER : per.contains("store") ? Budget.Scope.STORE
            : per.contains("deal") ? Budget.Scope.DEAL : Budget.Scope.ALL;
        if (ofCustomer && (per.contains("store") || per.contains("deal"))) {
            at.file().problems().add(at, "a budget per customer and " + (per.contains("store") ? "store" : "deal"),
                "per: [customer] or per: [customer, day]: a profile counts what its customer gets wherever that is");
        }
        if (ofCustomer && limit > ProfileFlyweight.MAX_CUSTOMER_LIMIT) {
            at.file().problems().add(at, "a limit of " + shown(unit, limit) + " per customer",
                shown(unit, ProfileFlyweight.MAX_CUSTOMER_LIMIT) + " at most, what a profile can count");
        }
        if (per.contains("store") && per.contains("deal")) {
            at.file().problems().add(at, "a budget per store and deal", "one of them: no bid is made in a store");
        }
        final Budget budget = new Budget(
            Budget.id(ofOffer, ownerId, unit, daily, scope), unit, limit, daily, scope);
        final YamlValue earlier = seen.putIfAbsent(budget.budgetId(), at);
        if (earlier == null) {
            budgets.add(budget);
        } else {
            at.file().problems().add(at, "a second budget of " + budget.words(),
                "one; the first at " + earlier.file().path() + ":" + earlier.line() + ":" + earlier.column());
        }
    }

    private static String shown(final Budget.Unit unit, final long limit) {
        return unit == Budget.Unit.COUNT ? Long.toString(limit)
            : BigDecimal.valueOf(limit, Fields.MICRO_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** The budgets of a list that are kept by customer, or those that the ledger keeps. */
    static List<Budget> ofCustomer(final List<Budget> budgets, final boolean kept) {
        return budgets.stream().filter(budget -> budget.scope() == Budget.Scope.CUSTOMER == kept).toList();
    }

    /** A whole number of 0 or more; anything else the structure check reports. */
    private static Long whole(final BigDecimal number) {
        return number == null || number.scale() > 0 || number.signum() < 0
            || number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : Long.valueOf(number.longValueExact());
    }
}
