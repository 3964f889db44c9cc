package io.opportune.engine.server;

import io.opportune.engine.bidding.NoticeEvents;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.protocol.codec.EventReportDecoder;
import org.agrona.DirectBuffer;

/**
 * Hands notices to the admission. Version 1 of the wire schema neither has wins, bills and losses among its types of
 * events nor takes an event without a customer's id, so that the admission refuses them, which is counted; an entry by
 * root key belongs here.
 */
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

    private final MessageHandler admission;

    AdmittedNotices(final MessageHandler admission) {
        this.admission = admission;
    }

    @Override
    public boolean report(
        final NoticeToken token, final DirectBuffer buffer, final int offset, final int lengthBytes,
        final long arrivalNs) {
        return admission.onMessage(
            SESSION, EventReportDecoder.TEMPLATE_ID, buffer, offset, lengthBytes, arrivalNs) == null;
    }
}
