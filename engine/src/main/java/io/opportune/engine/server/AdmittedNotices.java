package io.opportune.engine.server;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.bidding.NoticeEvents;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;

/** Hands notices to the admission of their event loop, by the root key of their token. */
final class AdmittedNotices implements NoticeEvents {
    private final Admission admission;
    private final ExchangeProfiles exchanges;

    AdmittedNotices(final Admission admission, final ExchangeProfiles exchanges) {
        this.admission = admission;
        this.exchanges = exchanges;
    }

    @Override
    public RejectReason report(
        final ClientSession session, final DirectBuffer buffer, final int offset, final int lengthBytes,
        final NoticeToken token, final long arrivalNs) {
        final ExchangeProfile exchange = exchanges.find(token.exchange());
        // Of an exchange that is no longer configured: what it would cost at the latest.
        final NoticeKind charging = exchange == null ? NoticeKind.BILL : exchange.notices().charging();
        return admission.onNotice(session, buffer, offset, lengthBytes, token, charging, arrivalNs);
    }
}
