package io.opportune.engine.server;

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
record ModelReport(
    long number, long examples, long outcomes, long unmatched, long late, int pending, List<Model> models) {
    /**
     * One model.
     *
     * @param line  as configured.
     * @param role  for people.
     * @param heads what it predicts.
     */
    record Model(String line, String role, List<HeadReport> heads) {
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
    record HeadReport(String head, long examples, double logLoss, double auc, double calibrationError) {
    }
}
