package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.AckStatus;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasing by the clock of a running server. */
class ErasureSystemTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    /** Each lies in one of two queues by the toss of a coin. */
    private static final int CUSTOMERS = 24;

    @TempDir
    private Path folder;

    private static void change(final TillClient client, final int customer, final ContextChange.Operation operation)
        throws Exception {
        final Customer card = new Customer(Namespaces.LOYALTY, "card-" + customer);
        switch (client.updateContext(ContextChange.of(card, operation), PATIENCE_NS).get(20, TimeUnit.SECONDS)) {
            case Outcome.Answered(Receipt receipt) ->
                assertEquals(AckStatus.ACCEPTED, receipt.status(), receipt::toString);
            case Outcome.Failed(var failure) -> throw new AssertionError(failure.toString());
        }
    }

    private long contextRecords(final Path queue) {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        long count = 0;
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                header.wrap(reader.buffer(), reader.offset());
                count += header.templateId() == ContextRecordDecoder.TEMPLATE_ID ? 1 : 0;
            }
            assertEquals(0, reader.damagedCount());
        }
        return count;
    }

    @Test
    void shouldOverwriteErasedCustomersAfterSnapshots() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "ring").set("server.shards", "2")
            .set("snapshot.interval", "1s").set("journal.erase-interval", "1s")) {
            test.start();
            try (TillClient client = test.client()) {
                for (int i = 0; i < CUSTOMERS; i++) {
                    change(client, i, new ContextChange.GrantConsent(Consent.ALL));
                    change(client, i, new ContextChange.Erase());
                }
            }
            // A queue that no shard writes any more has no newest file, so nobody need wait until one is full.
            final Path queue = test.server().state().journals().shardQueue(1);
            final long before = contextRecords(queue);
            assertTrue(before > 0);
            test.stop();
            test.set("server.shards", "1").start();
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (test.server().counters().total(CounterDescriptor.JOURNAL_REDACTED) == 0
                && System.nanoTime() < deadlineNs) {
                LockSupport.parkNanos(20_000_000);
            }
            assertEquals(before, test.server().counters().total(CounterDescriptor.JOURNAL_REDACTED));
            assertEquals(0, contextRecords(queue));
            test.stop();
            test.start();
            assertEquals(0, test.server().state().profiles().size());
        }
    }
}
