package io.opportune.engine.onnx;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.feature.FeatureVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;

/**
 * Features to rows of numbers: which columns a key sets and to what. A row is that of all inputs, one behind the other.
 * Immutable, any thread; encoding allocates nothing.
 */
final class ColumnTable {
    private static final int NONE = -1;

    private final float[] missing;
    private final int[] firstLogit;
    /** First entry of a key. */
    private final Int2IntHashMap entries = new Int2IntHashMap(NONE);
    private final int[] columns;
    private final float[] numbers;
    private final int[] next;

    ColumnTable(final ModelManifest manifest) {
        missing = new float[manifest.columnCount()];
        final List<Integer> logits = new ArrayList<>();
        final int count = manifest.inputs().stream().flatMap(input -> input.columns().stream())
            .mapToInt(column -> column.values().size()).sum();
        columns = new int[count];
        numbers = new float[count];
        next = new int[count];
        int at = 0;
        int entry = 0;
        for (final ModelManifest.Input input : manifest.inputs()) {
            for (final ModelManifest.Column column : input.columns()) {
                missing[at] = column.missing();
                if (column.firstLogit()) {
                    logits.add(at);
                }
                for (final ModelManifest.Value value : column.values()) {
                    columns[entry] = at;
                    numbers[entry] = value.number();
                    next[entry] = entries.get(value.key());
                    entries.put(value.key(), entry++);
                }
                at++;
            }
        }
        firstLogit = logits.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Numbers of a row. */
    int width() {
        return missing.length;
    }

    /** Starts a row in which nothing is known. */
    void clear(final float[] row) {
        System.arraycopy(missing, 0, row, 0, missing.length);
    }

    /** Sets what features say. */
    void set(final FeatureVector features, final float[] row) {
        for (int i = 0; i < features.count(); i++) {
            set(features.key(i), features.value(i), row);
        }
    }

    private void set(final int key, final float value, final float[] row) {
        for (int entry = entries.get(key); entry != NONE; entry = next[entry]) {
            row[columns[entry]] = numbers[entry] * value;
        }
    }

    /** Sets what a candidate is. */
    void set(final Offer offer, final double logit, final float[] row) {
        set(OfferFields.OFFER.key(offer.offerId()), 1, row);
        set(OfferFields.CAMPAIGN.key(offer.campaignId()), 1, row);
        set(OfferFields.ADVERTISER.key(offer.advertiserId()), 1, row);
        set(OfferFields.CATEGORY.key(offer.categoryId()), 1, row);
        for (final int column : firstLogit) {
            row[column] = (float) logit;
        }
    }

    @Override
    public String toString() {
        return "columns " + Arrays.toString(missing);
    }
}
