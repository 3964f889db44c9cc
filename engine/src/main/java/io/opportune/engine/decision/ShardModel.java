package io.opportune.engine.decision;

import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.Scorer;
import io.opportune.engine.learning.WeightEpoch;

/**
 * The model that one shard decides with, as it was published at one time. Made aside, handed over as a command of the
 * shard; then the shard's own.
 */
public final class ShardModel {
    private final long number;
    private final WeightEpoch epoch;
    private final Scorer scorer;

    /**
     * Makes what a shard scores with.
     *
     * @param number of the published state, as the journal counts them: 1 or more.
     * @param epoch  weights; not released before the shard has another model.
     * @param before what the shard scores with now, whose room can be used again; null for none.
     */
    public ShardModel(final long number, final WeightEpoch epoch, final ShardModel before) {
        this.number = number;
        this.epoch = epoch;
        scorer = before != null && before.spec() == epoch.spec() ? before.scorer : new Scorer(epoch.spec());
    }

    /**
     * The same for another thread.
     *
     * @param same   whose weights to score with.
     * @param before what the other thread scores with now, whose room can be used again; null for none.
     */
    public ShardModel(final ShardModel same, final ShardModel before) {
        this(same.number, same.epoch, before);
    }

    /**
     * Number of the published state.
     *
     * @return 1 or more, as decisions journal it.
     */
    public long number() {
        return number;
    }

    WeightEpoch epoch() {
        return epoch;
    }

    ModelSpec spec() {
        return epoch.spec();
    }

    Scorer scorer() {
        return scorer;
    }
}
