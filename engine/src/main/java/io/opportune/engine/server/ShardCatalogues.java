package io.opportune.engine.server;

import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What the shards decide with: hands offers, and what of them is held back, to every shard through its ring. It knows
 * what each shard really has: what one did not take is handed to it with the next change, or when asked for once more.
 * Its owner sees to it that one control thread at a time is in here.
 */
final class ShardCatalogues {
    private final ShardSet shards;
    private final ControlJournal control;
    private final AtomicCounter switchDurationNs;
    private final EpochNanoClock clock;
    /** What every shard should decide with; null before the first catalogue. */
    private FreeOffers wanted;
    /** What each shard does decide with, and the catalogue made for it; what it did not take is not in here. */
    private final FreeOffers[] carried;
    private final ShardCatalogue[] inUse;

    ShardCatalogues(
        final ShardSet shards, final ControlJournal control, final AtomicCounter switchDurationNs,
        final EpochNanoClock clock) {
        this.shards = shards;
        this.control = control;
        this.switchDurationNs = switchDurationNs;
        this.clock = clock;
        carried = new FreeOffers[shards.count()];
        inUse = new ShardCatalogue[shards.count()];
    }

    /** What every shard should decide with; null before the first catalogue. */
    FreeOffers wanted() {
        return wanted;
    }

    /** Affinities that a shard decides with or will. */
    List<OfferAffinities> affinities() {
        return Stream.concat(Stream.of(carried), Stream.ofNullable(wanted)).filter(Objects::nonNull)
            .map(FreeOffers::affinities).filter(Objects::nonNull).toList();
    }

    /** The order of these offers; null before the first catalogue. */
    OfferOrder order() {
        return wanted == null ? null : wanted.order();
    }

    /** Makes for each shard what it needs for other offers, so that nothing may fail once they are journalled. */
    ShardCatalogue[] prepare(final FreeOffers free) {
        final ShardCatalogue[] made = new ShardCatalogue[carried.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = inUse[i] == null ? ShardCatalogue.first(free, clock.nanoTime()) : inUse[i].next(free);
        }
        return made;
    }

    /** Says what the shards should decide with; handing it over follows. */
    void want(final FreeOffers free) {
        wanted = free;
    }

    /** The same offers, without those that are held back now. */
    void wantHolds() {
        if (wanted.holds() != control.holds()) {
            wanted = wanted.withHolds(control.holds());
        }
    }

    /** Whether every shard decides with what it should, and that is without what is held back now. */
    boolean isCarriedByAll() {
        return Arrays.stream(carried).allMatch(each -> each == wanted) && wanted.holds() == control.holds();
    }

    /** Hands over what is wanted, making first what a shard needs for it. */
    void handOver() {
        final boolean sameOrder =
            Arrays.stream(carried).allMatch(each -> each != null && each.isOfSameOrder(wanted));
        handOver(sameOrder ? inUse : prepare(wanted));
    }

    /**
     * Hands over what is wanted to each shard that decides with anything else, one after the other, also when one
     * fails, and tells how long the slowest was kept from deciding.
     *
     * @param made for each shard; used where the shard's offers are in another order, or have other affinities.
     * @throws IllegalStateException when a shard did not take it; the others have.
     */
    void handOver(final ShardCatalogue[] made) {
        long longestNs = 0;
        RuntimeException failed = null;
        for (int shard = 0; shard < carried.length; shard++) {
            if (carried[shard] != wanted) {
                try {
                    longestNs = Math.max(longestNs, handOver(shard, made[shard]));
                } catch (final RuntimeException e) {
                    if (failed == null) {
                        failed = e;
                    } else {
                        failed.addSuppressed(e);
                    }
                }
            }
        }
        switchDurationNs.setRelease(longestNs);
        if (failed != null) {
            throw failed;
        }
    }

    private long handOver(final int shard, final ShardCatalogue made) {
        final FreeOffers before = carried[shard];
        final FreeOffers next = wanted;
        final Hold change = control.lastHold();
        final boolean sameOrder = before != null && before.isOfSameOrder(next);
        final boolean sameVersion =
            before != null && before.catalogue().version().equals(next.catalogue().version());
        // Until it says that it is done, a shard may have either.
        carried[shard] = null;
        final long[] tookNs = new long[1];
        shards.call(shard, () -> {
            final long startNs = System.nanoTime();
            if (sameOrder) {
                shards.engine(shard).hold(change, next);
            } else if (sameVersion) {
                shards.engine(shard).useLayout(made);
            } else {
                shards.engine(shard).useCatalogue(made);
            }
            tookNs[0] = System.nanoTime() - startNs;
        });
        carried[shard] = next;
        if (!sameOrder) {
            inUse[shard] = made;
        }
        return tookNs[0];
    }
}
