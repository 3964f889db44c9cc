package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.counters.CountTable;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The tallies of all shards: makes room in them for a catalogue's campaigns and placements before it is in service, and
 * adds them up. Control and admin threads.
 */
public final class DeliveryTallies {
    private static final double MILLION = 1e6;

    private final List<DeliveryTally> tallies = new ArrayList<>();

    /** Starts without shards. */
    public DeliveryTallies() {
        // Shards are added.
    }

    /**
     * A tally for one more shard.
     *
     * @return empty.
     */
    public synchronized DeliveryTally add() {
        final DeliveryTally tally = new DeliveryTally();
        tallies.add(tally);
        return tally;
    }

    /**
     * Makes room for a catalogue; what was counted stays.
     *
     * @param next about to come into service.
     */
    public synchronized void reserve(final Catalogue next) {
        for (final DeliveryTally tally : tallies) {
            for (final Campaign campaign : next.campaigns()) {
                tally.campaigns().reserve(campaign.campaignId());
            }
            for (final Placement placement : next.placements()) {
                tally.placements().reserve(placement.placementId());
            }
        }
    }

    /**
     * Adds up what became of one campaign.
     *
     * @param campaignId registry id.
     * @param offers     of the campaign in the catalogue in service.
     * @param placements of this catalogue.
     * @return as of now.
     */
    public synchronized DeliveryCounts of(
        final int campaignId, final Collection<Offer> offers, final Collection<Placement> placements) {
        final Map<String, Long> heldBack = new LinkedHashMap<>();
        for (final ReasonCode reason : ReasonCode.values()) {
            final int column = DeliveryTally.column(reason);
            final long count = column < 0 ? 0 : ofCampaign(campaignId, column);
            if (count != 0) {
                heldBack.put(reason.name().toLowerCase(Locale.ROOT), count);
            }
        }
        long decisions = 0;
        long searches = 0;
        long seen = 0;
        for (final Placement placement : placements) {
            final double bound = highestBound(offers, placement);
            if (bound >= 0) {
                final int id = placement.placementId();
                final long searched = ofPlacement(id, DeliveryTally.SEARCHED);
                decisions += ofPlacement(id, DeliveryTally.DECIDED);
                searches += searched;
                seen += Math.max(0, searched - stoppedBefore(id, bound));
            }
        }
        return new DeliveryCounts(decisions, searches, seen, ofCampaign(campaignId, DeliveryTally.DECISIONS), heldBack,
            ofCampaign(campaignId, DeliveryTally.ELIGIBLE), ofCampaign(campaignId, DeliveryTally.OFFERED),
            ofCampaign(campaignId, DeliveryTally.AUCTIONED),
            ofCampaign(campaignId, DeliveryTally.EXPECTED) / MILLION,
            ofCampaign(campaignId, DeliveryTally.REDEEMED));
    }

    /** The most that an offer which is made in a placement counts, {@link PriorScore#tallied}; below 0 when none is. */
    private static double highestBound(final Collection<Offer> offers, final Placement placement) {
        final PriorScore score = PriorScore.of(placement);
        double highest = -1;
        for (final Offer offer : offers) {
            if (offer.isIn(placement.placementId()) && sharesChannel(offer, placement)) {
                highest = Math.max(highest, score.tallied(offer));
            }
        }
        return highest;
    }

    private static boolean sharesChannel(final Offer offer, final Placement placement) {
        for (final Channel channel : Channel.values()) {
            if (placement.isOn(channel) && offer.isOn(channel)) {
                return true;
            }
        }
        return false;
    }

    private long stoppedBefore(final int placementId, final double bound) {
        long stopped = 0;
        for (int column = DeliveryTally.stopColumn(bound); column < DeliveryTally.stopColumnEnd(); column++) {
            stopped += ofPlacement(placementId, column);
        }
        return stopped;
    }

    private long ofCampaign(final int id, final int column) {
        return sum(DeliveryTally::campaigns, id, column);
    }

    private long ofPlacement(final int id, final int column) {
        return sum(DeliveryTally::placements, id, column);
    }

    private long sum(final Function<DeliveryTally, CountTable> table, final int row, final int column) {
        long sum = 0;
        for (final DeliveryTally tally : tallies) {
            sum += table.apply(tally).get(row, column);
        }
        return sum;
    }
}
