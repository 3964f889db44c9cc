package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.privacy.PrivacySignals;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Device;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Regs;
import io.opportune.protocol.openrtb.request.Slice;
import io.opportune.protocol.openrtb.request.User;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the regulatory signals out of a bid request. What is there but cannot be read, or was given twice with
 * different values, becomes the value that forbids. Stateless; allocates nothing.
 */
final class SignalReader {
    private static final int REQUEST_REGS = OpenRtbSchema.BID_REQUEST.slot("regs");
    private static final int REQUEST_USER = OpenRtbSchema.BID_REQUEST.slot("user");
    private static final int REQUEST_DEVICE = OpenRtbSchema.BID_REQUEST.slot("device");
    private static final int DEVICE_LMT = OpenRtbSchema.DEVICE.slot("lmt");
    private static final int DEVICE_DNT = OpenRtbSchema.DEVICE.slot("dnt");
    private static final int USER_CONSENT = OpenRtbSchema.USER.slot("consent");
    private static final int USER_EXT = OpenRtbSchema.USER.slot("ext");
    private static final int REGS_COPPA = OpenRtbSchema.REGS.slot("coppa");
    private static final int REGS_GDPR = OpenRtbSchema.REGS.slot("gdpr");
    private static final int REGS_US_PRIVACY = OpenRtbSchema.REGS.slot("us_privacy");
    private static final int REGS_GPP = OpenRtbSchema.REGS.slot("gpp");
    private static final int REGS_GPP_SID = OpenRtbSchema.REGS.slot("gpp_sid");
    private static final int REGS_EXT = OpenRtbSchema.REGS.slot("ext");
    private static final int REGS_EXT_GPC = OpenRtbSchema.REGS.slot("ext.gpc");
    private static final int OBJECTED = 1;
    /** Neither 0 nor 1, so that nothing is permitted. */
    private static final int GDPR_INVALID = 2;
    /** In no string of any framework, so that each refuses it. */
    private static final DirectBuffer INVALID = new UnsafeBuffer(new byte[] {'?'});

    private SignalReader() {
    }

    private static int flag(final RecordFlyweight object, final int slot, final int value) {
        if (object.isUnclear(slot)) {
            return OBJECTED;
        }
        return value == RecordFlyweight.ABSENT ? PrivacySignals.ABSENT : value;
    }

    static void read(
        final BidRequest request, final ExchangeProfile exchange, final boolean globalPrivacyControl,
        final PrivacySignals signals) {
        final DirectBuffer text = request.buffer();
        signals.reset().absentGdpr(exchange.absentGdpr());
        final Device device = request.device();
        if (request.isUnclear(REQUEST_DEVICE)) {
            signals.lmt(OBJECTED);
        } else if (device != null) {
            signals.lmt(flag(device, DEVICE_LMT, device.lmt())).dnt(flag(device, DEVICE_DNT, device.dnt()));
        }
        final User user = request.user();
        if (request.isUnclear(REQUEST_USER)
            || user != null && (user.isUnclear(USER_CONSENT) || user.isUnclear(USER_EXT))) {
            signals.consent(INVALID, 0, 1);
        } else if (user != null && user.consent() != Slice.NONE) {
            signals.consent(text, Slice.offset(user.consent()), Slice.lengthBytes(user.consent()));
        }
        final Regs regs = request.regs();
        if (regs != null) {
            read(regs, text, signals);
        }
        if (request.isUnclear(REQUEST_REGS) || regs != null && regs.isUnclear(REGS_EXT)) {
            signals.gdpr(GDPR_INVALID);
        }
        if (globalPrivacyControl) {
            signals.gpc(OBJECTED);
        }
    }

    private static void read(final Regs regs, final DirectBuffer text, final PrivacySignals signals) {
        signals.coppa(flag(regs, REGS_COPPA, regs.coppa()));
        signals.gdpr(regs.isUnclear(REGS_GDPR) ? GDPR_INVALID
            : regs.gdpr() == RecordFlyweight.ABSENT ? PrivacySignals.ABSENT : regs.gdpr());
        if (regs.isUnclear(REGS_GPP)) {
            signals.gpp(INVALID, 0, 1);
        } else if (regs.gpp() != Slice.NONE) {
            signals.gpp(text, Slice.offset(regs.gpp()), Slice.lengthBytes(regs.gpp()));
        }
        for (int i = 0; i < regs.gppSidCount(); i++) {
            signals.addSectionId(regs.gppSid(i));
        }
        if (regs.isUnclear(REGS_GPP_SID)) {
            // A section that no string holds.
            signals.addSectionId(Integer.MAX_VALUE);
        }
        if (regs.isUnclear(REGS_US_PRIVACY)) {
            signals.usPrivacy(INVALID, 0, 1);
        } else if (regs.usPrivacy() != Slice.NONE) {
            signals.usPrivacy(text, Slice.offset(regs.usPrivacy()), Slice.lengthBytes(regs.usPrivacy()));
        }
        final long gpc = regs.extGpc();
        if (regs.isUnclear(REGS_EXT_GPC) || Slice.lengthBytes(gpc) > 0 && !isNo(text, gpc)) {
            signals.gpc(OBJECTED);
        }
    }

    /** Whether a text says false, or a number that is 0; whatever else it says counts as yes. */
    private static boolean isNo(final DirectBuffer text, final long slice) {
        final int offset = Slice.offset(slice);
        final int end = offset + Slice.lengthBytes(slice);
        if (isFalse(text, offset, end)) {
            return true;
        }
        boolean zero = false;
        for (int i = text.getByte(offset) == '-' ? offset + 1 : offset; i < end; i++) {
            final byte c = text.getByte(i);
            if (zero && (c | 0x20) == 'e') {
                // Nothing times a power of ten.
                return true;
            }
            if (c != '0' && c != '.') {
                return false;
            }
            zero |= c == '0';
        }
        return zero;
    }

    private static boolean isFalse(final DirectBuffer text, final int offset, final int end) {
        return end - offset == 5 && (text.getByte(offset) | 0x20) == 'f' && (text.getByte(offset + 1) | 0x20) == 'a'
            && (text.getByte(offset + 2) | 0x20) == 'l' && (text.getByte(offset + 3) | 0x20) == 's'
            && (text.getByte(offset + 4) | 0x20) == 'e';
    }
}
