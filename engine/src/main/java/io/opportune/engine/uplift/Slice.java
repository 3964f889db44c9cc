package io.opportune.engine.uplift;

/**
 * One comparison, or a part of one.
 *
 * @param name        of the part: a channel, a segment; empty for the whole.
 * @param treated     customers to whom offers were made, those whose window is not over included.
 * @param control     customers to whom they would have been made.
 * @param treatedDone of them those whose window is over: figures are about these.
 * @param controlDone the same of the control arm.
 * @param expected    share of the control arm as intended, 0..1.
 * @param pValue      of the sizes of the arms for one look, see {@link SampleRatio#pValue}.
 * @param alarm       whether the arms are so far from their intended sizes that nothing here can be trusted.
 * @param conversions customers who bought or redeemed within the window: 1, others 0.
 * @param revenue     of purchases less returns within the window, in units of the currency.
 */
public record Slice(
    String name, long treated, long control, long treatedDone, long controlDone, double expected, double pValue,
    boolean alarm, Figure conversions, Figure revenue) { }
