package io.opportune.engine.admin;

import java.util.List;

/**
 * How the models of a server do.
 *
 * @param number    of the last publication.
 * @param examples  offers made that were learned from.
 * @param outcomes  that were learned.
 * @param unmatched outcomes of decisions that are not remembered.
 * @param late      outcomes after the attribution window.
 * @param pending   decisions that outcomes can be matched with.
 * @param models    the one that decides first.
 * @param imported  the imported model; null where there is none.
 */
public record ModelReport(
    long number, long examples, long outcomes, long unmatched, long late, int pending, List<Model> models,
    Imported imported) {
    /** Of a server in which nothing learns. */
    public static final ModelReport NONE = new ModelReport(0, 0, 0, 0, 0, 0, List.of(), null);

    /** Copies the list. */
    public ModelReport {
        models = List.copyOf(models);
    }

    /**
     * The same with an imported model.
     *
     * @param model null for none.
     * @return the report.
     */
    public ModelReport with(final Imported model) {
        return new ModelReport(number, examples, outcomes, unmatched, late, pending, models, model);
    }

    /**
     * A model that was learned elsewhere and predicts the best candidates anew.
     *
     * @param version     name and version.
     * @param contentHash of model and manifest, hexadecimal.
     * @param clicks      whether it predicts clicks; otherwise conversions.
     * @param columns     numbers that it takes of a candidate.
     * @param predicted   decisions since the start of the server in which it, or one before it, predicted.
     * @param skipped     decisions in which it was not asked, because time was short.
     * @param failed      decisions in which it failed.
     */
    public record Imported(
        String version, String contentHash, boolean clicks, int columns, long predicted, long skipped, long failed) {
    }

    /**
     * One model.
     *
     * @param line  as configured.
     * @param role  for people.
     * @param heads what it predicts.
     */
    public record Model(String line, String role, List<HeadReport> heads) {
        /** Copies the list. */
        public Model {
            heads = List.copyOf(heads);
        }

        /**
         * What it is promoted by.
         *
         * @return name and version.
         */
        public String name() {
            return line.strip().split("\\s+")[0];
        }
    }

    /**
     * One head of a model; all figures are test-then-train.
     *
     * @param head             name.
     * @param examples         learned.
     * @param logLoss          mean, nats; fake negatives count as examples.
     * @param auc              0..1.
     * @param calibrationError |predicted / observed - 1| lately.
     */
    public record HeadReport(String head, long examples, double logLoss, double auc, double calibrationError) {
    }
}
