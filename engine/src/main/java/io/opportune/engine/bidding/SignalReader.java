package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.privacy.AbsentGdpr;
import io.opportune.engine.privacy.PrivacySignals;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Device;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Regs;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.User;
import org.agrona.DirectBuffer;

/** Takes the regulatory signals out of a bid request. Stateless; allocates nothing. */
final class SignalReader {
    private SignalReader() {
    }

    private static int number(final int value) {
        return value == RecordFlyweight.ABSENT ? PrivacySignals.ABSENT : value;
    }

    static void read(
        final BidRequest request, final ExchangeProfile exchange, final boolean globalPrivacyControl,
        final PrivacySignals signals) {
        final DirectBuffer text = request.buffer();
        final AbsentGdpr absent = switch (exchange.absentGdpr()) {
            case NO_PROFILE -> AbsentGdpr.NOTHING_PERSONAL;
            case NOT_APPLICABLE -> AbsentGdpr.DOES_NOT_APPLY;
        };
        signals.reset().absentGdpr(absent);
        if (globalPrivacyControl) {
            signals.gpc(1);
        }
        final Device device = request.device();
        if (device != null) {
            signals.lmt(number(device.lmt())).dnt(number(device.dnt()));
        }
        final User user = request.user();
        if (user != null && user.consent() != Slice.NONE) {
            signals.consent(text, Slice.offset(user.consent()), Slice.lengthBytes(user.consent()));
        }
        final Regs regs = request.regs();
        if (regs != null) {
            read(regs, text, signals);
        }
    }

    private static void read(final Regs regs, final DirectBuffer text, final PrivacySignals signals) {
        signals.coppa(number(regs.coppa())).gdpr(number(regs.gdpr()));
        if (regs.gpp() != Slice.NONE) {
            signals.gpp(text, Slice.offset(regs.gpp()), Slice.lengthBytes(regs.gpp()));
        }
        for (int i = 0; i < regs.gppSidCount(); i++) {
            signals.addSectionId(regs.gppSid(i));
        }
        if (regs.usPrivacy() != Slice.NONE) {
            signals.usPrivacy(text, Slice.offset(regs.usPrivacy()), Slice.lengthBytes(regs.usPrivacy()));
        }
        // A text, "1"; whatever is not "0" is taken as an objection.
        final long gpc = regs.extGpc();
        if (Slice.lengthBytes(gpc) > 0
            && (Slice.lengthBytes(gpc) != 1 || text.getByte(Slice.offset(gpc)) != '0')) {
            signals.gpc(1);
        }
    }
}
