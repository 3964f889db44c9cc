package io.opportune.engine.admin;

/**
 * What came of pausing or resuming.
 *
 * @param failure      why nothing was done, null when it was.
 * @param changed      false: it was so before.
 * @param controlEpoch counts such changes; decisions from now on carry it.
 * @param remark       what else keeps the offer from being made, or an empty text.
 */
public record PauseOutcome(String failure, boolean changed, long controlEpoch, String remark) {
}
