package io.opportune.engine.admission;

/**
 * Bounds of what a request may ask.
 *
 * @param maxTimeBudgetNs longest time budget, ns; more is cut to this.
 * @param maxOffers       most offers in one answer.
 */
public record AdmissionLimits(long maxTimeBudgetNs, int maxOffers) {
}
