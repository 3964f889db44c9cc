package io.opportune.engine.server;

import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ExposureKind;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.RootLookup;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.client.BasketLine;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the journal by itself and counts per customer, in ordinary maps and from what the tills say they sent, what the
 * profiles must hold.
 */
final class JournalOracle {
    private static final int DAYS = 90;
    private static final int MAX_PURCHASES = 255;
    private static final ExposureKind[] COUNTED =
        {ExposureKind.DECISION, ExposureKind.IMPRESSION, ExposureKind.REDEMPTION};

    private final Map<UUID, KillLoad.Sent> sent;
    private final Map<UUID, Integer> requests;
    private final Map<UUID, Integer> journalled = new HashMap<>();
    private final Set<UUID> decisionIds = new HashSet<>();
    private final Set<Integer> offerIds = new HashSet<>();
    private final Set<UUID> requestIds = new HashSet<>();
    private final Map<Integer, Long> sequences = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    /** Per group: what is counted, by name. */
    private final Map<Integer, Map<String, Long>> expected = new HashMap<>();
    private long records;
    private int lastDay;

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);

    JournalOracle(final Map<UUID, KillLoad.Sent> sent, final Map<UUID, Integer> requests) {
        this.sent = sent;
        this.requests = requests;
    }

    void read(final Path data) {
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(data));
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue())).toList();
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> onRecord(reader));
        }
    }

    private void onRecord(final JournalReader reader) {
        records++;
        header.wrap(reader.buffer(), reader.offset());
        if (header.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return;
        }
        final long last = sequences.getOrDefault(header.partition(), 0L);
        if (header.sequence() != last + 1) {
            problem("partition " + header.partition() + " has sequence " + header.sequence() + " after " + last);
        }
        sequences.put(header.partition(), header.sequence());
        lastDay = Math.max(lastDay, ProfileFlyweight.dayOf(header.businessTimeNs()));
        switch (header.templateId()) {
            case EventRecordDecoder.TEMPLATE_ID -> {
                new EventRecordDecoder().wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader)
                    .wrapReport(embedded);
                final EventReportDecoder report =
                    new EventReportDecoder().wrapAndApplyHeader(embedded, 0, wireHeader);
                onEvent(new UUID(report.eventId().high(), report.eventId().low()));
            }
            case ContextRecordDecoder.TEMPLATE_ID -> {
                new ContextRecordDecoder().wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader)
                    .wrapUpdate(embedded);
                final ContextUpdateDecoder update =
                    new ContextUpdateDecoder().wrapAndApplyHeader(embedded, 0, wireHeader);
                once(new UUID(update.eventId().high(), update.eventId().low()));
            }
            case DecisionRecordDecoder.TEMPLATE_ID -> onDecision(reader);
            default -> {
                // Links are judged by where they lead in the end.
            }
        }
    }

    private void problem(final String text) {
        if (problems.size() < 20) {
            problems.add(text);
        }
    }

    private boolean once(final UUID id) {
        final int times = journalled.merge(id, 1, Integer::sum);
        if (times > 1) {
            problem("event " + id + " stands " + times + " times in the journal: " + sent.get(id));
        }
        if (!sent.containsKey(id)) {
            problem("event " + id + " was never sent");
        }
        return times == 1 && sent.containsKey(id);
    }

    private void onEvent(final UUID id) {
        if (!once(id)) {
            return;
        }
        final KillLoad.SentEvent event = (KillLoad.SentEvent) sent.get(id);
        final EventCall call = event.call();
        if (call.type() == EventType.PURCHASE) {
            for (final BasketLine line : call.basketLines()) {
                count(event.customer(), "purchases of " + line.categoryId(), 1);
                count(event.customer(), "amount of " + line.categoryId(), line.amountMicros());
            }
        } else {
            offerIds.add(call.offerId());
            count(event.customer(), call.type() + " of " + call.offerId(), 1);
        }
    }

    private void onDecision(final JournalReader reader) {
        final DecisionRecordDecoder record =
            new DecisionRecordDecoder().wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
        final UUID requestId = new UUID(record.requestIdHigh(), record.requestIdLow());
        if (!requestIds.add(requestId)) {
            problem("request " + requestId + " was decided twice");
        }
        record.skipRequest();
        record.wrapResponse(embedded);
        final DecisionResponseDecoder response =
            new DecisionResponseDecoder().wrapAndApplyHeader(embedded, 0, wireHeader);
        final long high = response.decisionId().high();
        decisionIds.add(new UUID(high, response.decisionId().low()));
        if (DecisionIds.partition(high) != header.partition() || DecisionIds.term(high) != header.term()
            || response.decisionId().low() != header.sequence()) {
            problem("decision id " + Long.toHexString(high) + " does not say where its record stands");
        }
        final Integer customer = requests.get(requestId);
        if (customer == null) {
            problem("request " + requestId + " was never sent");
            return;
        }
        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
            offerIds.add(offer.offerId());
            count(customer, "DECISION of " + offer.offerId(), 1);
        }
    }

    private void count(final int customer, final String what, final long amount) {
        expected.computeIfAbsent(customer / KillLoad.GROUP, group -> new TreeMap<>()).merge(what, amount, Long::sum);
    }

    int timesJournalled(final UUID id) {
        return journalled.getOrDefault(id, 0);
    }

    boolean hasDecision(final UUID id) {
        return decisionIds.contains(id);
    }

    List<String> problems() {
        return problems;
    }

    /** Compares groups of customers with the profiles, wherever links have moved them; gives the differences. */
    List<String> compare(final ServerState state, final Collection<KillLoad.Link> links) {
        final List<String> differences = new ArrayList<>();
        final Roots roots = new Roots(state);
        for (int group = 0; group < KillLoad.CUSTOMERS / KillLoad.GROUP; group++) {
            final Map<String, Long> found = new TreeMap<>();
            final Set<UUID> rootsOfGroup = new HashSet<>();
            for (int i = 0; i < KillLoad.GROUP; i++) {
                rootsOfGroup.add(roots.of(KillLoad.customer(group * KillLoad.GROUP + i)));
            }
            for (final UUID root : rootsOfGroup) {
                read(state, root, found);
            }
            final Map<String, Long> wanted = new TreeMap<>(expected.getOrDefault(group, Map.of()));
            final boolean saturated = wanted.keySet().removeIf(
                what -> what.startsWith("purchases") && wanted.get(what) > MAX_PURCHASES);
            if (saturated) {
                found.keySet().removeIf(what -> !wanted.containsKey(what));
            }
            if (!wanted.equals(found) && differences.size() < 10) {
                differences.add("group " + group + " of " + rootsOfGroup.size() + " roots: journal says " + wanted
                    + ", profiles say " + found);
            }
        }
        for (final KillLoad.Link link : links) {
            if (!roots.of(KillLoad.customer(link.first())).equals(roots.of(KillLoad.customer(link.second())))
                && differences.size() < 20) {
                differences.add(link + " was acknowledged and is not there");
            }
        }
        return differences;
    }

    private void read(final ServerState state, final UUID root, final Map<String, Long> into) {
        final ProfileFlyweight profile = new ProfileFlyweight();
        final long high = root.getMostSignificantBits();
        final long low = root.getLeastSignificantBits();
        if (!state.profiles().find(state.partitioner().partitionOf(high, low), high, low, profile)) {
            into.put("no profile", 1L);
            return;
        }
        for (int slot = 0; slot < profile.categoryCount(); slot++) {
            final int category = profile.categoryId(slot);
            into.merge("purchases of " + category, (long) profile.purchases(slot, DAYS, lastDay), Long::sum);
            into.merge("amount of " + category, profile.amountMicros(slot, DAYS, lastDay), Long::sum);
        }
        for (final int offerId : offerIds) {
            for (final ExposureKind kind : COUNTED) {
                // The catalogue caps all three for the lifetime, so that all are counted.
                final long count = profile.counted(CapKey.of(CapScope.OFFER, offerId, kind, CapWindow.LIFETIME, false),
                    CapWindow.LIFETIME, 0, 0, profile.updatedTimeNs(), 0);
                if (count > 0) {
                    into.merge(kind + " of " + offerId, count, Long::sum);
                }
            }
        }
    }

    /** Finds where a customer's profile is in the end: by the index, then by the forwards of merged profiles. */
    static final class Roots {
        private final ServerState state;
        private final Pseudonymiser pseudonymiser;
        private final RootLookup lookup = new RootLookup();
        private final ProfileFlyweight profile = new ProfileFlyweight();

        Roots(final ServerState state) {
            this.state = state;
            pseudonymiser = new Pseudonymiser(state.key());
        }

        UUID of(final Customer customer) {
            final UnsafeBuffer id = new UnsafeBuffer(customer.id().getBytes(StandardCharsets.UTF_8));
            pseudonymiser.hash(0, customer.namespace(), id, 0, id.capacity());
            state.identities().rootOf(pseudonymiser.high(), pseudonymiser.low(), lookup);
            long high = lookup.rootHigh();
            long low = lookup.rootLow();
            while (state.profiles().find(state.partitioner().partitionOf(high, low), high, low, profile)
                && profile.isForwarded()) {
                high = profile.forwardHigh();
                low = profile.forwardLow();
            }
            return new UUID(high, low);
        }
    }

    @Override
    public String toString() {
        return records + " records, " + journalled.size() + " events and updates, " + decisionIds.size()
            + " decisions in the journal";
    }
}
