package io.opportune.engine.server;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.bidding.NoticeEvents;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.InternalSession;
import org.agrona.DirectBuffer;

/** Hands notices to the admission of their event loop, by the root key of their token. */
final class AdmittedNotices implements NoticeEvents {
    private static final ClientSession SESSION = new InternalSession(1, 0);

    private final Admission admission;

    AdmittedNotices(final Admission admission) {
        this.admission = admission;
    }

    @Override
    public boolean report(
        final NoticeToken token, final DirectBuffer buffer, final int offset, final int lengthBytes,
        final long arrivalNs) {
        return admission.onNotice(
            SESSION, buffer, offset, lengthBytes, token.rootHigh(), token.rootLow(), arrivalNs) == null;
    }
}
