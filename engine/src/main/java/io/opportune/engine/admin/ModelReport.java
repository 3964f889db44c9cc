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
 */
public record ModelReport(
    long number, long examples, long outcomes, long unmatched, long late, int pending, List<Model> models) {
    /** Of a server in which nothing learns. */
    public static final ModelReport NONE = new ModelReport(0, 0, 0, 0, 0, 0, List.of());

    /** Copies the list. */
    public ModelReport {
        models = List.copyOf(models);
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
