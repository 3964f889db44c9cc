package io.opportune.engine.server;

import io.opportune.engine.admission.Admission;
import io.opportune.engine.bidding.NoticeEvents;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import org.agrona.DirectBuffer;

/** Hands notices to the admission of their event loop, by the root key of their token. */
final class AdmittedNotices implements NoticeEvents {
    private static final ClientSession SESSION = new ClientSession() {
        @Override
        public long sessionKey() {
            return 1;
        }

        @Override
        public int clientIndex() {
            return 0;
        }

        @Override
        public boolean maySetEventTime() {
            return false;
        }

        @Override
        public long eventTimeBehindNs() {
            return 0;
        }

        @Override
        public long eventTimeAheadNs() {
            return 0;
        }
    };

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
