package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is held back in an auction counts once for each decision that is answered, however often it was made. */
class HeldBackCountTest {
    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example()
        + "\nplacements: [{id: web, channels: [ad_exchange], offers: 1}]\n");
    private final CountTable heldBack = new CountTable(ReasonCode.values().length);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0), heldBack);
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Deadline deadline = new Deadline(() -> 0);

    private DecisionRequestDecoder request() {
        final UnsafeBuffer restrictions = new UnsafeBuffer(new byte[256]);
        final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
        imp.banner().present().size(300, 250);
        final int length = imp.encode(restrictions, 0);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1_024]);
        final DecisionRequestEncoder request =
            new DecisionRequestEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        request.placementId(catalogue.placements().getFirst().placementId()).channel(Channel.AD_EXCHANGE)
            .moment(Moment.AD_REQUEST).intent(Intent.UNKNOWN).currency(0).offersWanted((short) 1)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        request.flags().clear();
        request.basketLinesCount(0);
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.putCustomerId(new byte[0], 0, 0);
        request.putRestrictions(restrictions, 0, length);
        return new DecisionRequestDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    @Test
    void shouldCountOnceWhateverIsDecidedAgain() {
        engine.prepare(new OfferOrder(catalogue));
        engine.gate(new DeliveryGate() {
            @Override
            public ReasonCode heldBack(final Offer offer, final double score) {
                return ReasonCode.BUDGET_EXHAUSTED;
            }

            @Override
            public boolean isFull() {
                return false;
            }
        });
        deadline.afterScoring(Integer.MAX_VALUE);
        final DecisionRequestDecoder request = request();
        final Customer customer = new Customer();
        customer.anonymous();
        for (int i = 1; i <= 3; i++) {
            for (int again = 0; again < 3; again++) {
                engine.decide(request, customer, 1_800_000_000_000_000_000L, deadline, outcome);
                assertEquals(DecisionStatus.NO_OFFER, outcome.status());
                assertEquals(1, outcome.scored());
                request.sbeRewind();
            }
            engine.tally(request, outcome);
            assertEquals(i, heldBack.get(
                catalogue.offer(0).campaignId(), ReasonCode.BUDGET_EXHAUSTED.ordinal()));
        }
    }
}
