package io.opportune.engine.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one customer received and what is reserved, in maps and lists, by the rules of DELIVERY.md: the claims of each
 * decision and offer, and what was spent of each budget on each day.
 */
final class CustomerBudgetOracle {
    /** A budget of a day; day 0: in all. */
    record Line(int budgetId, int day) {
    }

    /** A budget with its limit. */
    record Limit(int budgetId, boolean pieces, long limit) {
    }

    /** What one decision reserved for one offer, or what was spent for it. */
    static final class Claim {
        final long decision;
        final int offerId;
        final long endSecond;
        final long reserved;
        final Set<Line> lines = new HashSet<>();
        boolean spent;
        long micros;
        boolean pieceBack;

        Claim(final long decision, final int offerId, final long endSecond, final long reserved) {
            this.decision = decision;
            this.offerId = offerId;
            this.endSecond = endSecond;
            this.reserved = reserved;
        }

        boolean isOpen(final long second) {
            return !spent && endSecond > second;
        }
    }

    private final Map<Integer, Limit> limits;
    private final Map<Line, Long> spent = new HashMap<>();
    /** The newest day that each budget has seen: earlier ones are not looked at any more. */
    private final Map<Integer, Integer> newest = new HashMap<>();
    final List<Claim> claims = new ArrayList<>();
    /** No more than these were refused for want of room, or something was forgotten. */
    boolean exact = true;
    /** When each offer was made or redeemed, by its name, as far as a cap counts it. */
    private final Map<String, List<Long>> counted = new HashMap<>();
    /** The most bytes that all of it would ever have needed, counters and answers included. */
    int peakBytes;

    CustomerBudgetOracle(final Map<Integer, Limit> limits) {
        this.limits = limits;
    }

    private long amount(final int budgetId, final long micros) {
        return limits.get(budgetId).pieces() ? 1 : micros;
    }

    long used(final int budgetId, final int day, final long second) {
        final Line line = new Line(budgetId, Math.max(day, newest.getOrDefault(budgetId, 0)));
        long sum = spent.getOrDefault(line, 0L);
        for (final Claim claim : claims) {
            if (claim.isOpen(second) && claim.lines.contains(line)) {
                sum += amount(budgetId, claim.reserved);
            }
        }
        return sum;
    }

    private int touch(final int budgetId, final int day) {
        return newest.merge(budgetId, day, Math::max);
    }

    private void spend(final Line line, final long amount) {
        spent.merge(line, amount, Long::sum);
    }

    Claim reserve(
        final long decision, final int offerId, final long endSecond, final long micros, final List<Line> lines) {
        final Claim claim = new Claim(decision, offerId, endSecond, micros);
        lines.forEach(line -> claim.lines.add(new Line(line.budgetId, touch(line.budgetId, line.day))));
        claims.add(claim);
        return claim;
    }

    private Claim find(final long decision, final int offerId, final long second) {
        claims.removeIf(claim -> !claim.spent && claim.endSecond <= second);
        return decision == 0 ? null : claims.stream()
            .filter(claim -> claim.decision == decision && claim.offerId == offerId).findFirst().orElse(null);
    }

    /** Forgets a claim that the profile has forgotten for want of room. */
    void forgetSpent(final long decision, final int offerId) {
        claims.removeIf(claim -> claim.spent && claim.decision == decision && claim.offerId == offerId);
    }

    boolean isSpent(final long decision, final int offerId) {
        return claims.stream().anyMatch(claim ->
            claim.spent && claim.decision == decision && claim.offerId == offerId);
    }

    /** Where it is not known what was redeemed, it cost at least what was reserved for it. */
    void commit(
        final long decision, final int offerId, final long said, final boolean isCostKnown, final List<Line> named,
        final long second) {
        Claim claim = find(decision, offerId, second);
        final boolean again = claim != null && claim.spent;
        // Of a claim that found no room what was reserved counts as spent already, and nobody knows it any more.
        final long micros = isCostKnown || claim == null || again ? said
            : exact ? Math.max(said, claim.reserved) : claim.reserved;
        final Set<Integer> settled = new HashSet<>();
        if (claim != null && !again) {
            for (final Line line : claim.lines) {
                spend(line, amount(line.budgetId, micros));
                settled.add(line.budgetId);
            }
        } else if (claim == null && decision != 0) {
            claim = new Claim(decision, offerId, second, 0);
            claims.add(claim);
        }
        for (final Line line : named) {
            if (!settled.contains(line.budgetId) && touch(line.budgetId, line.day) == line.day) {
                spend(line, amount(line.budgetId, micros));
                if (claim != null && !again) {
                    claim.lines.add(line);
                }
            }
        }
        if (claim != null && !again) {
            claim.spent = true;
            claim.micros = micros;
        }
    }

    void release(final long decision, final int offerId, final long second) {
        final Claim claim = find(decision, offerId, second);
        if (claim != null && !claim.spent) {
            claims.remove(claim);
        }
    }

    void reverse(
        final long decision, final int offerId, final long micros, final boolean wholeCost, final long second) {
        final Claim claim = find(decision, offerId, second);
        if (claim != null && claim.spent) {
            final long back = Math.min(micros, claim.micros);
            for (final Line line : claim.lines) {
                final long each = !limits.get(line.budgetId).pieces() ? back
                    : wholeCost && !claim.pieceBack ? 1 : 0;
                spent.computeIfPresent(line, (key, sum) -> Math.max(0, sum - each));
            }
            claim.micros -= back;
            claim.pieceBack |= wholeCost;
        }
    }

    boolean isOpen(final int budgetId, final long second) {
        return claims.stream().anyMatch(claim -> claim.isOpen(second)
            && claim.lines.stream().anyMatch(line -> line.budgetId == budgetId));
    }

    /** Forgets what was spent of a budget that the catalogue did not have for a while. */
    void forget(final int budgetId) {
        newest.remove(budgetId);
        spent.keySet().removeIf(line -> line.budgetId == budgetId);
        claims.forEach(claim -> claim.lines.removeIf(line -> line.budgetId == budgetId));
    }

    void count(final String offer, final long second) {
        counted.computeIfAbsent(offer, key -> new ArrayList<>()).add(second);
    }

    int countedSince(final String offer, final long second) {
        return (int) counted.getOrDefault(offer, List.of()).stream().filter(at -> at >= second).count();
    }

    /** Adds all that another customer received and reserved. */
    void merge(final CustomerBudgetOracle other) {
        other.counted.forEach((offer, times) -> times.forEach(second -> count(offer, second)));
        other.newest.forEach((budget, day) -> newest.merge(budget, day, Math::max));
        other.spent.forEach((line, sum) -> spent.merge(line, sum, Long::sum));
        claims.addAll(other.claims);
        exact &= other.exact;
    }

    /** Bytes that this takes at most in a profile: a line for each budget ever met, and every claim remembered. */
    int bytes() {
        return 12 * newest.size() + 16 * claims.size();
    }

    /** Bytes of what a profile must not forget, and of so much more. */
    int openBytes(final long second, final int moreClaims, final int moreLines) {
        return 12 * (newest.size() + moreLines)
            + 16 * ((int) claims.stream().filter(claim -> claim.isOpen(second)).count() + moreClaims);
    }

    int lineCount() {
        return newest.size();
    }
}
