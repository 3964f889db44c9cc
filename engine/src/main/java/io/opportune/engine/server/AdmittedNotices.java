package io.opportune.engine.server;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.bidding.NoticeEvents;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;

/** Hands notices to the admission of their event loop, by the root key of their token. */
final class AdmittedNotices implements NoticeEvents {
    private final Admission admission;

    AdmittedNotices(final Admission admission) {
        this.admission = admission;
    }

    @Override
    public RejectReason report(
        final ClientSession session, final DirectBuffer buffer, final int offset, final int lengthBytes,
        final NoticeToken token, final long arrivalNs) {
        return admission.onNotice(session, buffer, offset, lengthBytes, token.rootHigh(), token.rootLow(),
            token.businessTimeNs(), arrivalNs);
    }
}
