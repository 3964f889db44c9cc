package io.opportune.engine.experiment;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.identity.Key128;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.SipHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says of a customer whether it is in the control group of all offers or of one campaign. A group is a share of the
 * range of a keyed hash, so that nobody is written down, every server and channel gives the same answer, and a share
 * that grows keeps the members that it had. Immutable, made for one catalogue; any thread; looking up allocates nothing
 * and takes some 20 ns.
 *
 * <pre>
 *  key of a group  = SipHash-2-4-128 of kind ("global" or "campaign"), a zero byte and the salt's UTF-8 bytes,
 *                    under the key "holdout" derived from the store's pseudonym key
 *  place           = SipHash-2-4-64 of the root key (high half first, little endian) under the group's key
 *  member          = floor(place x 10,000 / 2^64) &lt; basis points
 * </pre>
 *
 * <p>A customer without a root key, who is unknown or agreed to nothing, is in no group. When profiles are merged the
 * group is that of the root that survives.
 */
public final class ControlGroups {
    /** No customer is in any group. */
    public static final ControlGroups NONE = new ControlGroups(ControlGroup.NONE, List.of(), new Key128());

    private static final String PURPOSE = "holdout";
    private static final String GLOBAL = "global";
    private static final String CAMPAIGN = "campaign";
    /** No registry id: those begin at 1. */
    private static final int FREE = 0;

    private final int globalPoints;
    private final long globalKey0;
    private final long globalKey1;
    /** Open addressing by campaign id, at most half full; only campaigns with a group. */
    private final int[] campaignIds;
    private final int[] points;
    private final long[] key0;
    private final long[] key1;
    private final int campaignCount;

    private ControlGroups(final ControlGroup global, final List<Campaign> campaigns, final Key128 holdout) {
        final Key128 key = keyOf(holdout, GLOBAL, global.salt());
        globalPoints = global.basisPoints();
        globalKey0 = key.high();
        globalKey1 = key.low();
        final List<Campaign> controlled = campaigns.stream().filter(campaign -> campaign.control().exists()).toList();
        campaignCount = controlled.size();
        final int capacity = Math.max(2, Integer.highestOneBit(Math.max(1, campaignCount)) << 2);
        campaignIds = new int[capacity];
        points = new int[capacity];
        key0 = new long[capacity];
        key1 = new long[capacity];
        Arrays.fill(campaignIds, FREE);
        for (final Campaign campaign : controlled) {
            int slot = firstSlot(campaign.campaignId());
            while (campaignIds[slot] != FREE) {
                slot = slot + 1 & capacity - 1;
            }
            final Key128 own = keyOf(holdout, CAMPAIGN, campaign.control().salt());
            campaignIds[slot] = campaign.campaignId();
            points[slot] = campaign.control().basisPoints();
            key0[slot] = own.high();
            key1[slot] = own.low();
        }
    }

    /**
     * The groups that a catalogue asks for.
     *
     * @param key       of the store.
     * @param catalogue with shares and salts.
     * @return the groups.
     */
    public static ControlGroups of(final PseudonymKey key, final Catalogue catalogue) {
        return of(key, catalogue.control(), catalogue.campaigns());
    }

    /**
     * The groups of some campaigns.
     *
     * @param key       of the store.
     * @param global    who is offered nothing.
     * @param campaigns each with its own group or {@link ControlGroup#NONE}.
     * @return the groups.
     */
    public static ControlGroups of(
        final PseudonymKey key, final ControlGroup global, final List<Campaign> campaigns) {
        return new ControlGroups(global, campaigns, key.derive(PURPOSE));
    }

    /**
     * Whether anybody may be in any group; otherwise nobody need be asked about.
     *
     * @return false when no group has a share above 0.
     */
    public boolean exist() {
        return globalPoints > 0 || campaignCount > 0;
    }

    /**
     * Whether a customer is offered nothing at all.
     *
     * @param rootHigh upper half of the root key.
     * @param rootLow  lower half; both 0 for an unknown customer.
     * @return false for an unknown customer.
     */
    public boolean inGlobal(final long rootHigh, final long rootLow) {
        return globalPoints > 0 && isMember(globalKey0, globalKey1, globalPoints, rootHigh, rootLow);
    }

    /**
     * Whether a customer is offered nothing of a campaign.
     *
     * @param rootHigh   upper half of the root key.
     * @param rootLow    lower half; both 0 for an unknown customer.
     * @param campaignId registry id of the campaign.
     * @return false for an unknown customer, and for a campaign without a group.
     */
    public boolean inCampaign(final long rootHigh, final long rootLow, final int campaignId) {
        final int slot = slot(campaignId);
        return slot >= 0 && isMember(key0[slot], key1[slot], points[slot], rootHigh, rootLow);
    }

    /**
     * Whether a campaign has a group.
     *
     * @param campaignId registry id of the campaign.
     * @return false also for a campaign that is not known.
     */
    public boolean hasGroup(final int campaignId) {
        return slot(campaignId) >= 0;
    }

    private static boolean isMember(
        final long k0, final long k1, final int basisPoints, final long rootHigh, final long rootLow) {
        return (rootHigh | rootLow) != 0
            && Math.unsignedMultiplyHigh(SipHash.hash64(k0, k1, rootHigh, rootLow), ControlGroup.ALL) < basisPoints;
    }

    private int slot(final int campaignId) {
        if (campaignCount == 0 || campaignId == FREE) {
            return -1;
        }
        int slot = firstSlot(campaignId);
        while (campaignIds[slot] != campaignId) {
            if (campaignIds[slot] == FREE) {
                return -1;
            }
            slot = slot + 1 & campaignIds.length - 1;
        }
        return slot;
    }

    private int firstSlot(final int campaignId) {
        return campaignId * 0x9E37_79B9 >>> 1 & campaignIds.length - 1;
    }

    private static Key128 keyOf(final Key128 holdout, final String kind, final String salt) {
        final byte[] text = (kind + '\0' + salt).getBytes(StandardCharsets.UTF_8);
        final Key128 key = new Key128();
        SipHash.hash128(holdout.high(), holdout.low(), new UnsafeBuffer(text), 0, text.length, key);
        return key;
    }
}
