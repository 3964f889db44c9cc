package io.opportune.engine.admission;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.ImmediateAnswers;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.Slate;
import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.identity.NoticeIdHorizon;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.PseudonymKey;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalFilter;
import io.opportune.engine.journal.JournalPrinter;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ExposureKind;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.ResponseSink;
import io.opportune.engine.shard.ShardCounters;
import io.opportune.engine.shard.ShardEngine;
import io.opportune.engine.shard.ShardEngineBuilder;
import io.opportune.engine.shard.ShardState;
import io.opportune.engine.state.AnswerCache;
import io.opportune.engine.state.PartitionTable;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an auction brings, from admission through a shard into the journal: restrictions, and notices about a root. */
class NoticeAdmissionTest {
    private static final int PARTITIONS = 8;
    private static final int MAX_MESSAGE_BYTES = 16 * 1024;
    private static final long ROOT_HIGH = 0x1234_5678_9ABC_DEF0L;
    private static final long ROOT_LOW = 0x0FED_CBA9_8765_4321L;
    private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final byte[] NOTHING = {};

    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final PseudonymKey key = PseudonymKey.of(KEY);
    private final Partitioner partitioner = new Partitioner(key, PARTITIONS);
    private final PartitionTable table = new PartitionTable(PARTITIONS);
    private final EventIdHorizon eventIds = new EventIdHorizon(1 << 14);
    private final Shard shard = new Shard(0, 64, MAX_MESSAGE_BYTES);
    private final Loop loop = new Loop();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * MAX_MESSAGE_BYTES]);
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionRequestEncoder request = new DecisionRequestEncoder();
    private final EventReportEncoder event = new EventReportEncoder();
    private Catalogue catalogue;
    private ProfileStore profiles;
    private IdentityIndex identities;
    private JournalWriter journal;
    private Admission admission;
    private int offerId;
    private long eventId;
    private final NoticeToken token = new NoticeToken();
    private long bidNs = Long.MAX_VALUE;

    /** Session and sink of the gateway in one: keeps the last answer. */
    private static final class Loop implements ClientSession, ResponseSink {
        private final UnsafeBuffer last = new UnsafeBuffer(new byte[64 * 1024]);
        private int answers;

        @Override
        public long sessionKey() {
            return 7;
        }

        @Override
        public int clientIndex() {
            return 3;
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

        @Override
        public boolean send(final long key, final DirectBuffer from, final int offset, final int length) {
            last.putBytes(0, from, offset, length);
            answers++;
            return true;
        }

        @Override
        public void wake() {
            // Answers are read when the batch ends.
        }
    }

    @BeforeEach
    void start() throws Exception {
        final String example = AuctionCatalogue.example()
            .replaceFirst("    creatives:\n",
                "    caps: [{count: impression, limit: 9, window: lifetime}]\n    creatives:\n")
            + "\nplacements: [{id: web, channels: [ad_exchange], offers: 1}]\n";
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/all.yaml"), example);
        catalogue = CatalogueLoader.load(folder.resolve("catalogue"), registry, CatalogueLoader.Previous.none())
            .catalogue();
        offerId = catalogue.offer(0).offerId();
        profiles = ProfileStore.open(folder.resolve("profiles"),
            new ProfileStoreSettings(PARTITIONS, 1_000, CustomerKeys.TENANT, key.id()));
        identities = IdentityIndex.open(folder.resolve("identities"), 1_000, key.id());
        journal = new JournalWriter(new JournalDirectory(folder.resolve("journal")).shardQueue(0),
            JournalSettings.defaults().withSync(SyncPolicy.NONE, 1), SystemEpochNanoClock.INSTANCE,
            JournalCounters.detached());
        final CountersFile counters = CountersFile.create(folder.resolve("counters.dat"));
        final Shard[] shards = {shard};
        final ShardEngineBuilder builder = new ShardEngineBuilder(shards,
            new ShardState(partitioner, profiles, identities, eventIds, table, registry, CustomerKeys.TENANT, 1,
                new HoldTimes(60, 60)),
            SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE);
        final AtomicCounter counter = counters.counter(CounterDescriptor.EVENTS_ACCEPTED, 0);
        final LedgerSettings ledger = LedgerSettings.defaults().withBounds(1, 16, 64).withRings(1 << 16, 1 << 16);
        final ShardLeases leases = new ShardLeases(new LedgerLink(ledger), ledger, 0);
        final ShardEngine engine = builder.build(0, journal, leases,
            new AnswerCache[] {new AnswerCache(64, 64 * 1024)}, new ShardCounters(
            counter, counter, counter, counter, counter, counter, counter, counter, counter, counter, counter, counter,
            counter, counter, counter, counter, counter, counter, counter, counter, counter,
            ShardCounters.heldBackTable()),
            new StageTimers(0),
            counters.errors(), false, true, "test");
        builder.connect(new ShardEngine[] {engine});
        shard.handler(engine);
        engine.useCatalogue(ShardCatalogue.first(new FreeOffers(new OfferOrder(catalogue), Holds.NONE), 0));
        admission = new Admission(new AdmissionLimits(TimeUnit.SECONDS.toNanos(1), Slate.MAX_OFFERS), () -> catalogue,
            new CustomerKeys(new Pseudonymiser(key), identities), partitioner, shards, true, loop,
            new ImmediateAnswers(new ResponseEncoder(SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE),
                () -> ControlGroups.NONE),
            new NameResolution(registry, 1_000), counter, SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE);
    }

    @AfterEach
    void stop() {
        journal.close();
        profiles.close();
        identities.close();
    }

    private void grantConsent() {
        assertTrue(profiles.findOrCreate(partitioner.partitionOf(ROOT_HIGH, ROOT_LOW), ROOT_HIGH, ROOT_LOW, profile));
        ProfileUpdates.grantConsent(profile, Consent.ALL);
    }

    private int event(final EventType type, final byte[] customer) {
        event.wrapAndApplyHeader(buffer, 0, header).correlationId(9).clientSendTimeNs(1)
            .eventTimeNs(EventReportEncoder.eventTimeNsNullValue()).amountMicros(1_250).offerId(offerId).creativeId(0)
            .placementId(0).storeId(0).customerNamespace(customer.length == 0 ? 0 : Namespaces.LOYALTY).currency(840)
            .channel(Channel.AD_EXCHANGE).intent(Intent.UNKNOWN).eventType(type).minToWinMicros(1_500).lossReason(102);
        event.eventId().high(5).low(++eventId);
        event.decisionId().high(0).low(0);
        event.basketLinesCount(0);
        event.putCustomerId(customer, 0, customer.length);
        return MessageHeaderEncoder.ENCODED_LENGTH + event.encodedLength();
    }

    private void decisionId(final long high, final long low) {
        event.decisionId().high(high).low(low);
    }

    private RejectReason notice(final EventType type, final long rootHigh, final long rootLow) {
        final int length = event(type, NOTHING);
        return told(admission.onNotice(
            loop, buffer, 0, length, token(rootHigh, rootLow), NoticeKind.BILL, System.nanoTime()));
    }

    private RejectReason told(final RejectReason refused) {
        admission.onReadBatchEnd();
        return refused;
    }

    private EventAckDecoder ack() {
        return new EventAckDecoder()
            .wrapAndApplyHeader(loop.last, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
    }

    private int request(final int version, final byte[] restrictions, final byte[] customer) {
        request.wrapAndApplyHeader(buffer, 0, header).correlationId(11).clientSendTimeNs(1)
            .eventTimeNs(DecisionRequestEncoder.eventTimeNsNullValue()).timeBudgetUs(1_000_000)
            .placementId(registry.find(NameKind.PLACEMENT, "web")).storeId(0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue())
            .customerNamespace(Namespaces.LOYALTY).currency(0).channel(Channel.AD_EXCHANGE).moment(Moment.AD_REQUEST)
            .intent(Intent.UNKNOWN).offersWanted((short) 1);
        request.requestId().high(0).low(0);
        request.flags().clear();
        request.basketLinesCount(0);
        request.attributesCount(1).next().attributeId(77).valueType(AttributeType.TEXT).value(0);
        request.attributeTextsCount(1).next().attributeId(77).text("some text");
        request.putCustomerId(customer, 0, customer.length);
        if (version == 1) {
            header.wrap(buffer, 0).version(1);
        } else {
            request.putRestrictions(restrictions, 0, restrictions.length);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength();
    }

    private static byte[] takes(final int w, final int h) {
        final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
        imp.banner().present().size(w, h).battr().add(700);
        final UnsafeBuffer form = new UnsafeBuffer(new byte[256]);
        final int length = imp.encode(form, 0);
        final byte[] bytes = new byte[length];
        form.getBytes(0, bytes);
        return bytes;
    }

    private int creativeOf(final int length) {
        assertNull(told(admission.onMessage(
            loop, DecisionRequestDecoder.TEMPLATE_ID, buffer, 0, length, System.nanoTime())));
        final DecisionResponseDecoder response = new DecisionResponseDecoder()
            .wrapAndApplyHeader(loop.last, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
        assertEquals(11, response.correlationId());
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        return offers.hasNext() ? offers.next().creativeId() : 0;
    }

    private int creative(final String id) {
        return AuctionCatalogue.creative(catalogue, id).creativeId();
    }

    private List<String> journalLines(final int templateId, final List<byte[]> requests) {
        final List<String> lines = new ArrayList<>();
        final JournalPrinter printer = new JournalPrinter(JournalFilter.all());
        final RecordHeaderFlyweight record = new RecordHeaderFlyweight();
        final DecisionRecordDecoder decision = new DecisionRecordDecoder();
        final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
        try (JournalReader reader = new JournalReader(new JournalDirectory(folder.resolve("journal")).shardQueue(0))) {
            while (reader.next()) {
                record.wrap(reader.buffer(), reader.offset());
                if (record.templateId() != templateId) {
                    continue;
                }
                lines.add(printer.line(reader.index(), reader.buffer(), reader.offset(), reader.length()));
                if (templateId == DecisionRecordDecoder.TEMPLATE_ID) {
                    decision.wrapAndApplyHeader(reader.buffer(), reader.offset(),
                        new io.opportune.engine.journal.codec.MessageHeaderDecoder());
                    decision.wrapRequest(embedded);
                    final byte[] bytes = new byte[embedded.capacity()];
                    embedded.getBytes(0, bytes);
                    requests.add(bytes);
                }
            }
        }
        return lines;
    }

    private NoticeToken token(final long rootHigh, final long rootLow) {
        return token.clear().rootKey(rootHigh, rootLow).businessTimeNs(bidNs);
    }

    @Test
    void shouldKeepRestrictionsThroughAdmissionAndJournalAndNothingOfTheCustomersId() {
        final byte[] customer = "card-4711".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        final byte[] takes = takes(728, 90);
        assertEquals(creative("milk-728x90"), creativeOf(request(2, takes, customer)));
        assertEquals(creative("milk-300x250"), creativeOf(request(2, takes(300, 250), NOTHING)));
        assertEquals(0, creativeOf(request(2, takes(1, 1), customer)));
        assertEquals(creative("milk-300x250"), creativeOf(request(2, NOTHING, customer)));
        assertEquals(creative("milk-300x250"), creativeOf(request(1, NOTHING, customer)));
        final List<byte[]> requests = new ArrayList<>();
        final List<String> lines = journalLines(DecisionRecordDecoder.TEMPLATE_ID, requests);
        assertEquals(5, requests.size());
        final DecisionRequestDecoder kept = new DecisionRequestDecoder();
        kept.wrapAndApplyHeader(new UnsafeBuffer(requests.getFirst()), 0, new MessageHeaderDecoder());
        kept.basketLines().forEach(line -> { });
        kept.attributes().forEach(attribute -> assertEquals(NameResolution.UNKNOWN_TEXT, attribute.value()));
        assertEquals(0, kept.attributeTexts().count());
        assertEquals("", kept.customerId());
        final byte[] restrictions = new byte[kept.restrictionsLength()];
        kept.getRestrictions(restrictions, 0, restrictions.length);
        assertArrayEquals(takes, restrictions);
        assertEquals(requests.getFirst().length, kept.limit());
        assertTrue(lines.getFirst().contains("\"restrictions\":\"0202"), lines.getFirst());
        assertFalse(lines.get(3).contains("restrictions"), lines.get(3));
        assertFalse(lines.get(4).contains("restrictions") || lines.get(4).contains("malformed"), lines.get(4));
    }

    @Test
    void shouldTakeNoticesAboutARootKeyAndCountImpressionsOnly() {
        grantConsent();
        for (final EventType type : new EventType[] {EventType.WIN, EventType.BILLING, EventType.LOSS}) {
            assertNull(notice(type, ROOT_HIGH, ROOT_LOW), type::name);
            assertEquals(AckStatus.ACCEPTED, ack().status());
            assertEquals(9, ack().correlationId());
        }
        final int partition = partitioner.partitionOf(ROOT_HIGH, ROOT_LOW);
        assertTrue(profiles.find(partition, ROOT_HIGH, ROOT_LOW, profile));
        assertEquals(-1, profile.firstCounter(), "nothing was seen yet");
        assertNull(notice(EventType.IMPRESSION, ROOT_HIGH, ROOT_LOW));
        assertNull(notice(EventType.CLICK, ROOT_HIGH, ROOT_LOW));
        assertTrue(profiles.find(partition, ROOT_HIGH, ROOT_LOW, profile));
        assertEquals(1, impressions());
        assertEquals(1, profile.clicks(profile.findAnswers(offerId)));
        assertEquals(5, table.lastSequence(partition));
        eventId--;
        notice(EventType.IMPRESSION, ROOT_HIGH, ROOT_LOW);
        eventId--;
        notice(EventType.CLICK, ROOT_HIGH, ROOT_LOW);
        assertEquals(AckStatus.DUPLICATE, ack().status());
        final List<String> lines = journalLines(
            io.opportune.engine.journal.codec.EventRecordDecoder.TEMPLATE_ID, new ArrayList<>());
        assertEquals(5, lines.size(), "a notice that comes again is not applied again");
        assertTrue(lines.get(2).contains("\"eventType\":\"LOSS\"") && lines.get(2).contains("\"minToWinMicros\":1500")
            && lines.get(2).contains("\"lossReason\":102"), lines.get(2));
    }

    @Test
    void shouldTakeNoticesOfBidsToNobodyKnownBesideTheirDecision() {
        assertEquals(creative("milk-300x250"), creativeOf(request(2, takes(300, 250), NOTHING)));
        final DecisionResponseDecoder response = new DecisionResponseDecoder()
            .wrapAndApplyHeader(loop.last, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
        final long high = response.decisionId().high();
        final long low = response.decisionId().low();
        final int partition = (int) (high >>> 48);
        final int length = event(EventType.WIN, NOTHING);
        decisionId(high, low);
        assertNull(told(admission.onNotice(
            loop, buffer, 0, length, token(0, 0), NoticeKind.BILL, System.nanoTime())));
        assertEquals(AckStatus.ACCEPTED, ack().status());
        assertEquals(low + 1, table.lastSequence(partition));
        event(EventType.WIN, NOTHING);
        decisionId(high, low + 1_000);
        assertNull(told(admission.onNotice(
            loop, buffer, 0, length, token(0, 0), NoticeKind.BILL, System.nanoTime())));
        assertEquals(AckStatus.UNKNOWN, ack().status());
        // Of an earlier start: the disk may have lost the decision, and the bid is to be paid for all the same.
        event(EventType.WIN, NOTHING);
        decisionId(high - 1, low + 1_000);
        assertNull(told(admission.onNotice(
            loop, buffer, 0, length, token(0, 0), NoticeKind.BILL, System.nanoTime())));
        assertEquals(AckStatus.ACCEPTED, ack().status());
    }

    /** One event is in the horizon of notices, and as many as it holds of other notices push it out. */
    @Test
    void shouldRefuseANoticeThatMayHaveComeBefore() {
        grantConsent();
        bidNs = System.currentTimeMillis() * 1_000_000;
        assertNull(notice(EventType.IMPRESSION, ROOT_HIGH, ROOT_LOW));
        final long first = eventId;
        for (int i = 0; i < 2 * NoticeIdHorizon.MIN_CAPACITY; i++) {
            assertNull(notice(EventType.WIN, ROOT_HIGH, ROOT_LOW));
            assertEquals(AckStatus.ACCEPTED, ack().status());
            bidNs = System.currentTimeMillis() * 1_000_000;
        }
        assertFalse(eventIds.notices().contains(5, first));
        bidNs = eventIds.notices().forgottenNs();
        eventId = first - 1;
        assertNull(notice(EventType.IMPRESSION, ROOT_HIGH, ROOT_LOW));
        assertEquals(AckStatus.REJECTED, ack().status());
        assertEquals(ReasonCode.NOTICE_FORGOTTEN.code(), ack().reason());
        final int partition = partitioner.partitionOf(ROOT_HIGH, ROOT_LOW);
        assertTrue(profiles.find(partition, ROOT_HIGH, ROOT_LOW, profile));
        assertEquals(1, impressions());
    }

    private int impressions() {
        return profile.counted(CapKey.of(CapScope.OFFER, offerId, ExposureKind.IMPRESSION, CapWindow.LIFETIME, false),
            CapWindow.LIFETIME, 0, 0, 0, 0);
    }

    /** Events of tills, however many, push out no notice. */
    @Test
    void shouldKeepNoticesApartFromOtherEvents() {
        assertNull(notice(EventType.WIN, ROOT_HIGH, ROOT_LOW));
        final long first = eventId;
        for (int i = 0; i < 4 << 14; i++) {
            eventIds.addIfAbsent(7, i);
        }
        eventId = first - 1;
        notice(EventType.WIN, ROOT_HIGH, ROOT_LOW);
        assertEquals(AckStatus.DUPLICATE, ack().status());
    }

    @Test
    void shouldCountNoDecisionOfAnAuctionAndNoTest() {
        final byte[] card = {'c', 'a', 'r', 'd'};
        final Pseudonymiser pseudonymiser = new Pseudonymiser(key);
        pseudonymiser.hash(CustomerKeys.TENANT, Namespaces.LOYALTY, new UnsafeBuffer(card), 0, card.length);
        final int partition = partitioner.partitionOf(pseudonymiser.high(), pseudonymiser.low());
        assertTrue(profiles.findOrCreate(partition, pseudonymiser.high(), pseudonymiser.low(), profile));
        ProfileUpdates.grantConsent(profile, Consent.ALL);
        assertEquals(creative("milk-728x90"), creativeOf(request(2, takes(728, 90), card)));
        assertEquals(-1, profile.firstCounter(), "nobody saw a bid");
        assertEquals(0, profile.lastVisitDay(), "a page that asks for an ad is no visit");
    }

    @Test
    void shouldRefuseWhatNoNoticeTells() {
        for (final EventType type : new EventType[] {
            EventType.PURCHASE, EventType.ACCEPT, EventType.DECLINE, EventType.REDEMPTION, EventType.RETURN}) {
            assertEquals(RejectReason.INVALID_FIELD, notice(type, ROOT_HIGH, ROOT_LOW));
            assertTrue(admission.lastRefusal().contains("a notice is"));
        }
        final int length = event(EventType.WIN, new byte[] {'x'});
        assertEquals(RejectReason.INVALID_FIELD,
            told(admission.onNotice(
            loop, buffer, 0, length, token(ROOT_HIGH, ROOT_LOW), NoticeKind.BILL, System.nanoTime())));
        assertEquals(RejectReason.FRAME_TOO_LONG,
            told(admission.onNotice(
            loop, buffer, 0, MAX_MESSAGE_BYTES + 1, token(0, 0), NoticeKind.BILL, System.nanoTime())));
        assertEquals(RejectReason.FRAME_TOO_LONG, told(admission.onMessage(
            loop, DecisionRequestDecoder.TEMPLATE_ID, buffer, 0, MAX_MESSAGE_BYTES + 1, System.nanoTime())));
    }

    /** What a client of the binary protocol sends names a customer by an id, whatever the type of the event. */
    @Test
    void shouldNotLetAClientNameARootKey() {
        final int length = event(EventType.WIN, NOTHING);
        assertEquals(RejectReason.MISSING_CUSTOMER, told(admission.onMessage(
            loop, EventReportDecoder.TEMPLATE_ID, buffer, 0, length, System.nanoTime())));
        final byte[] beyond = new byte[] {(byte) EventType.LOSS.value(), (byte) EventType.MEDIA_SKIP.value(), 17, 100};
        for (final byte type : beyond) {
            final int whole = event(EventType.WIN, new byte[] {'x'});
            buffer.putByte(MessageHeaderEncoder.ENCODED_LENGTH + EventReportEncoder.eventTypeEncodingOffset(), type);
            assertEquals(type <= 16 ? null : RejectReason.INVALID_FIELD, told(admission.onMessage(
                loop, EventReportDecoder.TEMPLATE_ID, buffer, 0, whole, System.nanoTime())), "type " + type);
        }
    }

    @Test
    void shouldAllocateNothing() {
        grantConsent();
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().threadId();
        final byte[] takes = takes(728, 90);
        final byte[] card = {'c', 'a', 'r', 'd'};
        final int requestLength = request(2, takes, card);
        final UnsafeBuffer asked = new UnsafeBuffer(new byte[requestLength]);
        asked.putBytes(0, buffer, 0, requestLength);
        final int eventLength = event(EventType.BILLING, NOTHING);
        final int idAt = MessageHeaderEncoder.ENCODED_LENGTH + EventReportEncoder.eventIdEncodingOffset() + Long.BYTES;
        double least = Double.MAX_VALUE;
        for (int round = 0; round < 100 && least > 0.05; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 10_000; i++) {
                admission.onMessage(
                    loop, DecisionRequestDecoder.TEMPLATE_ID, asked, 0, requestLength, System.nanoTime());
                buffer.putLong(idAt, ++eventId, ByteOrder.LITTLE_ENDIAN);
                admission.onNotice(
            loop, buffer, 0, eventLength, token(ROOT_HIGH, ROOT_LOW), NoticeKind.BILL, System.nanoTime());
                admission.onReadBatchEnd();
            }
            least = Math.min(least, (threads.getThreadAllocatedBytes(thread) - before) / 20_000.0);
        }
        assertTrue(least <= 0.05, least + " bytes for each decision or notice");
        assertTrue(loop.answers > 19_000);
    }
}
