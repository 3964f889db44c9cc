package io.opportune.engine.uplift;

import io.opportune.engine.catalogue.ControlGroup;
import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * Who was, and who would have been, offered something: all offers together, or those of one campaign, each customer at
 * the first time under the present control group. A group that changes begins a new comparison. One thread.
 */
final class Contrast {
    /** What customers are compared with. */
    enum Basis {
        /** The global control group: what all offers together bring. */
        GLOBAL,
        /** The campaign's own control group: what this campaign brings beside all others. */
        CAMPAIGN
    }

    /** Offers were made. */
    static final byte TREATED = 0;
    /** They would have been made. */
    static final byte CONTROL = 1;
    /** Both happened under one key. */
    static final byte BOTH = 2;

    private static final int NONE = -1;
    private static final int FIRST_CAPACITY = 256;

    private final int campaignId;
    private Basis basis;
    private ControlGroup group = ControlGroup.NONE;
    private boolean running;
    private long sinceCounter = Long.MIN_VALUE;
    private long sinceNs;

    private final Int2IntHashMap rowByCustomer = new Int2IntHashMap(NONE);
    private int count;
    private int[] customers = new int[FIRST_CAPACITY];
    private long[] firstNs = new long[FIRST_CAPACITY];
    private byte[] arms = new byte[FIRST_CAPACITY];
    private byte[] channels = new byte[FIRST_CAPACITY];
    private int[] segments = new int[FIRST_CAPACITY];
    private long impressions;
    private long overlapping;

    Contrast(final int campaignId) {
        this.campaignId = campaignId;
    }

    /** Registry id of the campaign; 0: all offers together. */
    int campaignId() {
        return campaignId;
    }

    Basis basis() {
        return basis;
    }

    ControlGroup group() {
        return group;
    }

    /** Whether the newest catalogue still asks for the group. */
    boolean isRunning() {
        return running;
    }

    /** Business time of the first decision under the present group. */
    long sinceNs() {
        return sinceNs;
    }

    /**
     * Takes up what a catalogue says of the group.
     *
     * @return whether a decision under that catalogue belongs to the comparison.
     */
    boolean begin(
        final Basis newBasis, final ControlGroup newGroup, final long catalogueCounter, final long businessTimeNs) {
        if (running && newBasis == basis && newGroup.equals(group)) {
            return catalogueCounter >= sinceCounter;
        }
        if (catalogueCounter <= sinceCounter) {
            return false; // another shard decides with the former catalogue for a moment longer
        }
        sinceCounter = catalogueCounter;
        running = newGroup.exists();
        if (!running) {
            return false; // the experiment has ended; its figures stay until another one begins
        }
        basis = newBasis;
        group = newGroup;
        sinceNs = businessTimeNs;
        rowByCustomer.clear();
        count = 0;
        impressions = 0;
        overlapping = 0;
        return true;
    }

    /** As {@link #exposed}, or counted as told apart by nobody. */
    void met(
        final boolean comparable, final int customer, final byte arm, final long timeNs, final int channel,
        final int segmentSet) {
        if (comparable) {
            exposed(customer, arm, timeNs, channel, segmentSet);
        } else {
            overlapping++;
        }
    }

    /** Decisions in which groups of other campaigns may have changed what was offered. */
    long overlapping() {
        return overlapping;
    }

    void exposed(
        final int customer, final byte arm, final long timeNs, final int channel, final int segmentSet) {
        final int row = rowByCustomer.get(customer);
        if (row != NONE) {
            if (arms[row] != arm) {
                arms[row] = BOTH;
            }
            return;
        }
        if (count == customers.length) {
            final int capacity = count * 2;
            customers = Arrays.copyOf(customers, capacity);
            firstNs = Arrays.copyOf(firstNs, capacity);
            arms = Arrays.copyOf(arms, capacity);
            channels = Arrays.copyOf(channels, capacity);
            segments = Arrays.copyOf(segments, capacity);
        }
        customers[count] = customer;
        firstNs[count] = timeNs;
        arms[count] = arm;
        channels[count] = (byte) channel;
        segments[count] = segmentSet;
        rowByCustomer.put(customer, count++);
    }

    void impression() {
        impressions++;
    }

    long impressions() {
        return impressions;
    }

    int count() {
        return count;
    }

    int customer(final int row) {
        return customers[row];
    }

    long firstNs(final int row) {
        return firstNs[row];
    }

    byte arm(final int row) {
        return arms[row];
    }

    int channel(final int row) {
        return channels[row] & 0xFF;
    }

    int segmentSet(final int row) {
        return segments[row];
    }
}
