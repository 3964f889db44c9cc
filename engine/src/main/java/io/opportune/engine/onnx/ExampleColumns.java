package io.opportune.engine.onnx;

import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.registry.NameRegistry;
import java.util.List;

/**
 * The columns of a manifest, for making the rows with which a model is learned: the same code that makes the rows with
 * which it predicts. Immutable, any thread.
 */
public final class ExampleColumns {
    private final List<String> names;
    private final ColumnTable table;
    private final boolean clicks;

    private ExampleColumns(final List<String> names, final ModelManifest manifest) {
        this.names = names;
        table = new ColumnTable(manifest);
        clicks = manifest.predictsClick();
    }

    /**
     * Reads a manifest.
     *
     * @param file     its name, for mistakes.
     * @param lines    of it.
     * @param text     names and values of features.
     * @param registry of names.
     * @return the columns of all inputs, one behind the other.
     * @throws BadModelException when it has mistakes, or a column of which no record tells; says all.
     */
    public static ExampleColumns read(
        final String file, final List<String> lines, final FeatureText text, final NameRegistry registry)
        throws BadModelException {
        final ModelManifest manifest = new ManifestReader(file, text, registry).read(lines);
        if (manifest.inputs().stream().flatMap(input -> input.columns().stream())
            .anyMatch(ModelManifest.Column::firstLogit)) {
            throw new BadModelException(List.of(file + ": " + ManifestReader.FIRST_LOGIT
                + " is in no record, so that no examples of it can be made; allowed: a model without it"));
        }
        return new ExampleColumns(lines.stream().map(String::strip).filter(line -> line.matches("column\\s.*"))
            .map(line -> line.split("\\s+", 2)[1]).toList(), manifest);
    }

    /**
     * What the columns are.
     *
     * @return as in the manifest, without the word column.
     */
    public List<String> names() {
        return names;
    }

    /**
     * What the model is to predict.
     *
     * @return true: clicks; false: conversions.
     */
    public boolean predictsClicks() {
        return clicks;
    }

    /**
     * Fills a row.
     *
     * @param context      features of the request.
     * @param pair         features of the candidate.
     * @param offerId      of the candidate, and what it belongs to.
     * @param campaignId   0 for none.
     * @param advertiserId 0 for none.
     * @param categoryId   0 for none.
     * @param row          one number for each of {@link #names}.
     */
    public void fill(
        final FeatureVector context, final FeatureVector pair, final int offerId, final int campaignId,
        final int advertiserId, final int categoryId, final float[] row) {
        table.clear(row);
        table.set(context, row);
        table.set(pair, row);
        table.set(offerId, campaignId, advertiserId, categoryId, row);
    }
}
