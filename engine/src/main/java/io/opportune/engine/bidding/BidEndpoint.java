package io.opportune.engine.bidding;

import io.opportune.engine.exchange.BodyFormat;
import io.opportune.engine.exchange.Encoding;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.NoBidForm;
import io.opportune.engine.exchange.TestHandling;
import io.opportune.engine.exchange.TimeMargin;
import io.opportune.engine.notice.NoticeSeal;
import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyDecision;
import io.opportune.engine.privacy.PrivacyGate;
import io.opportune.engine.privacy.PrivacySignals;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.HttpContentCoding;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.HttpResponseSink.Delivery;
import io.opportune.engine.session.HttpRoutes;
import io.opportune.engine.session.InternalSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.engine.shading.ShadeGrid;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.openrtb.OpenRtbReader;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.Imp;
import io.opportune.protocol.openrtb.request.ImpStatus;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import io.opportune.protocol.openrtb.request.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.LangUtil;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;

/**
 * The endpoint of one event loop for exchanges: {@code POST /openrtb2/bid/{exchange}} and {@code GET /notice/{kind}}.
 * Each usable impression of a request becomes a decision request, and the answers become one response, with a bid or
 * without, before the time of the request is over. Owned by the event loop; throws for no input and, once its parts
 * have the size that the traffic needs, allocates nothing.
 */
public final class BidEndpoint implements HttpExchangeHandler {
    /** Route of bid requests. */
    public static final int BID = 1;
    /** Route of notices. */
    public static final int NOTICE = 2;

    private static final int NO_CONTENT = 204;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED = 415;

    private static final int PLACE_BITS = 6;
    private static final int SLOT_BITS = 12;
    private static final int SEQUENCE_SHIFT = PLACE_BITS + SLOT_BITS;
    private static final long MAX_TIME_NS = TimeUnit.SECONDS.toNanos(1);
    /** Before the end of the request's time what has come is sent; the transport's clock ticks in milliseconds. */
    private static final long WRITE_AHEAD_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MAX_RESPONSE_BYTES = 256 * 1024;
    private static final int ANSWER_RING_BYTES = 1 << 20;
    /** What a burst of long requests may leave behind; in use at once they may take more. */
    private static final long MAX_HELD_BYTES = 32 << 20;

    private final BidParts parts;
    private final HttpResponseSink sink;
    private final BidAnswers answers;
    private final MessageHandler admission;
    /** All exchanges as one client; its answers go to the bids that wait for them. */
    private final ClientSession session;
    private final BidCounters counters;
    private final byte[] seat;
    private final OpenRtbReader reader = new OpenRtbReader();
    private final PrivacyGate gate;
    private final PrivacySignals signals = new PrivacySignals();
    private final PrivacyDecision privacy = new PrivacyDecision();
    private final CustomerIds customer;
    private final DecisionWriter decisions;
    private final BidWriter writer;
    private final NoticeEndpoint notices;
    private final UnbidOffers unbid;
    private final ExplainEndpoint explanations;
    private BidWatcher watcher;
    private BidTracer tracer;
    private final Int2ObjectHashMap<TimeMargin> margins;
    /** Versions that each exchange is known to send, as {@link HttpRequest#openRtbVersion()}. */
    private final Int2ObjectHashMap<IntHashSet> versions = new Int2ObjectHashMap<>();
    private final ShortestTime shortestTime;

    private final PendingBid[] slots;
    private final int[] free;
    private int freeCount;
    /** What the requests of all slots have grown by since they were made. */
    private long heldBytes;
    private long sequence;
    private long nextAnswerByNs = Long.MAX_VALUE;
    private boolean waiting;
    /** What failed while a response was made, until the transport can be told. */
    private Throwable failure;
    /** Whether what the request at hand reserved has been dealt with. */
    private boolean sent;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();

    /**
     * Makes the endpoint of one event loop.
     *
     * @param parts     what it is made of.
     * @param sink      back to the exchanges.
     * @param admission makes the admission of this endpoint, whose answers go to the given sink.
     * @param events    makes of that admission what takes notices.
     * @param <A>       kind of admission.
     */
    public <A extends MessageHandler> BidEndpoint(
        final BidParts parts, final HttpResponseSink sink, final Function<ResponseSink, A> admission,
        final Function<? super A, NoticeEvents> events) {
        this.parts = parts;
        this.sink = sink;
        counters = parts.counters();
        answers = new BidAnswers(sink, ANSWER_RING_BYTES);
        answers.receiver(this::onFrame);
        final A made = admission.apply(answers);
        this.admission = made;
        session = new InternalSession(1, parts.settings().clientIndex());
        seat = parts.settings().seat().getBytes(StandardCharsets.UTF_8);
        decisions = new DecisionWriter(seat);
        gate = new PrivacyGate(parts.privacy());
        customer = new CustomerIds(parts.keys());
        final NoticeSeal seal = new NoticeSeal(parts.noticeKeys());
        writer = new BidWriter(
            parts.settings(), parts.rates(), seal, parts.prices(),
            Math.min(MAX_RESPONSE_BYTES, sink.maxBodyBytes()));
        margins = parts.margins();
        shortestTime = new ShortestTime(parts.nanoClock().nanoTime());
        int maxBodyBytes = 1;
        for (final ExchangeProfile exchange : parts.exchanges().all()) {
            maxBodyBytes = Math.max(maxBodyBytes, exchange.limits().maxRequestBytes());
            final IntHashSet known = new IntHashSet();
            exchange.wire().versions().forEach(version -> known.add(ExchangeProfile.Wire.versionCode(version)));
            versions.put(exchange.number(), known);
        }
        final NoticeEvents taken = events.apply(made);
        notices = new NoticeEndpoint(parts, seal, sink, session, taken);
        unbid = new UnbidOffers(taken, session);
        explanations = new ExplainEndpoint(parts.explanations(), sink, counters);
        slots = new PendingBid[parts.settings().bidsInFlight()];
        free = new int[slots.length];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new PendingBid(i, maxBodyBytes, BidRequest.DEFAULT_MAX_WORDS);
            free[i] = slots.length - 1 - i;
        }
        freeCount = slots.length;
    }

    /**
     * Watches this endpoint, which then allocates; for explanations.
     *
     * @param newWatcher told on the event loop; null for none.
     */
    public void watch(final BidWatcher newWatcher) {
        watcher = newWatcher;
        tracer = new BidTracer(gate, signals, privacy, customer, writer);
    }

    /**
     * Which of the impressions that are asked for a decision request is about.
     *
     * @param correlationId of the request, or of its answer.
     * @return as {@link BidTrace.Imp#place()}.
     */
    public static int placeOf(final long correlationId) {
        return (int) correlationId & PendingBid.MAX_IMPS - 1;
    }

    /**
     * The routes of this endpoint.
     *
     * @return for the transport.
     */
    public static HttpRoutes routes() {
        return HttpRoutes.builder()
            .add(HttpRoutes.POST, "/openrtb2/bid/{}", BID)
            .add(HttpRoutes.GET, "/notice/{}", NOTICE)
            .build();
    }

    @Override
    public int onRequest(final HttpRequest http) {
        answers.onEventLoop();
        if (http.routeId() == BID) {
            if (http.queryLength() > 0) {
                final int explained = explanations.onBid(http);
                if (explained != ExplainEndpoint.NOT_ASKED) {
                    return explained;
                }
            }
            counters.requests().incrementRelease();
            return onBid(http);
        }
        return notices.onNotice(http);
    }

    private int onBid(final HttpRequest http) {
        final ExchangeProfile exchange =
            parts.exchanges().find(http.head(), http.parameterOffset(), http.parameterLength());
        if (exchange == null) {
            counters.unknownExchange().incrementRelease();
            return NOT_FOUND;
        }
        final boolean protobuf = http.contentKind() == HttpContentKind.PROTOBUF
            || http.contentKind() == HttpContentKind.OCTET_STREAM;
        if (!exchange.wire().formats().contains(protobuf ? BodyFormat.PROTOBUF : BodyFormat.JSON)) {
            counters.refused().incrementRelease();
            return UNSUPPORTED;
        }
        final int bodyCodings = codings(exchange.wire().requestEncodings());
        http.codings(bodyCodings, codings(exchange.wire().answerEncodings()));
        if ((http.contentCoding() & ~bodyCodings) != 0) {
            counters.refused().incrementRelease();
            return UNSUPPORTED;
        }
        if (http.openRtbVersion() != 0 && !versions.get(exchange.number()).contains(http.openRtbVersion())) {
            // What the version says must be tolerated is read all the same (OpenRTB 2.6, section 2.6).
            counters.otherVersions().incrementRelease();
        }
        if (http.bodyLength() > exchange.limits().maxRequestBytes()) {
            counters.refused().incrementRelease();
            return TOO_LARGE;
        }
        final long nowNs = parts.nanoClock().nanoTime();
        counters.tally().request(exchange.number());
        if (!parts.limits().get(exchange.number()).tryAcquire(nowNs)) {
            return count(exchange, NoBid.RATE_LIMIT);
        }
        // Not even read when it has waited too long: reading it would let those behind it wait longer.
        if (freeCount == 0 || nowNs - http.arrivalNs() > shortestTime.ns(nowNs)) {
            return count(exchange, NoBid.OVERLOAD);
        }
        final PendingBid bid = slots[free[--freeCount]];
        bid.begin(++sequence, http.exchangeKey(), exchange, http.arrivalNs());
        bid.protobuf = protobuf;
        final long begun = bid.sequence;
        int status = NO_CONTENT;
        try {
            status = read(bid, http, nowNs);
        } finally {
            // Also when something failed: or one request after the other would take a slot away for ever.
            if (status != ANSWER_FOLLOWS && bid.sequence == begun) {
                release(bid);
            }
        }
        return status;
    }

    private static int codings(final Set<Encoding> agreed) {
        return (agreed.contains(Encoding.GZIP) ? HttpContentCoding.GZIP : 0)
            | (agreed.contains(Encoding.ZSTD) ? HttpContentCoding.ZSTD : 0);
    }

    private int count(final ExchangeProfile exchange, final NoBid reason) {
        counters.noBids()[reason.ordinal()].incrementRelease();
        counters.tally().noBid(exchange.number(), reason);
        return NO_CONTENT;
    }

    private int read(final PendingBid bid, final HttpRequest http, final long nowNs) {
        final BidRequest request = bid.request;
        request.begin();
        request.append(http.body(), http.bodyOffset(), http.bodyLength());
        final ReadStatus read = bid.protobuf ? reader.readProtobuf(request) : reader.readJson(request);
        switch (read.outcome()) {
            case MALFORMED -> {
                counters.malformed().incrementRelease();
                return BAD_REQUEST;
            }
            case TOO_LARGE -> {
                counters.refused().incrementRelease();
                return TOO_LARGE;
            }
            case UNUSABLE -> {
                return noBid(bid, NoBid.INVALID_REQUEST);
            }
            default -> {
                return ask(bid, http, nowNs);
            }
        }
    }

    private void watched(final PendingBid bid, final NoBid reason) {
        if (watcher != null) {
            watcher.onBid(tracer.of(
                bid, reason, margins.get(bid.exchange.number()).marginNs(parts.nanoClock().nanoTime())));
        }
    }

    /** Answers without a bid, in the form that the exchange wants. */
    private int noBid(final PendingBid bid, final NoBid reason) {
        watched(bid, reason);
        count(bid.exchange, reason);
        if (bid.exchange.wire().noBid() == NoBidForm.NBR_200 && Slice.lengthBytes(bid.request.id()) > 0) {
            final int length = writer.writeNoBid(bid, reason);
            if (length > 0) {
                sink.send(bid.exchangeKey, OK, kind(bid), writer.buffer(), 0, length);
                release(bid);
                return ANSWER_FOLLOWS;
            }
        }
        return NO_CONTENT;
    }

    private static int kind(final PendingBid bid) {
        return bid.protobuf ? HttpContentKind.PROTOBUF : HttpContentKind.JSON;
    }

    private int ask(final PendingBid bid, final HttpRequest http, final long nowNs) {
        final BidRequest request = bid.request;
        final ExchangeProfile exchange = bid.exchange;
        bid.wholeNs = wholeNs(request, exchange);
        final long timeNs = bid.wholeNs
            - Math.min(margins.get(exchange.number()).marginNs(nowNs), bid.wholeNs / 2);
        final long ownNs = timeNs - Math.min(WRITE_AHEAD_NS, timeNs / 2);
        shortestTime.note(ownNs, nowNs);
        bid.answerByNs = bid.arrivalNs + ownNs;
        if (nowNs - bid.answerByNs >= 0) {
            return noBid(bid, NoBid.INSUFFICIENT_TIME);
        }
        if (request.test() == 1 && exchange.wire().test() == TestHandling.NO_BID) {
            return noBid(bid, NoBid.TEST);
        }
        if (!isSeatWanted(request)) {
            return noBid(bid, NoBid.SEAT);
        }
        bid.catalogue = parts.catalogue().get();
        addImps(bid);
        if (bid.count == 0) {
            return noBid(bid, bid.reason());
        }
        Pods.read(bid);
        readCustomer(bid, http);
        http.deadlineNs(bid.arrivalNs + timeNs);
        send(bid);
        return ANSWER_FOLLOWS;
    }

    /** All the time there is, of which at most half is left to the network. */
    private static long wholeNs(final BidRequest request, final ExchangeProfile exchange) {
        final int tmax = request.tmax();
        return Math.min(MAX_TIME_NS, tmax == RecordFlyweight.ABSENT || tmax <= 0
            ? exchange.time().defaultTmaxNs() : TimeUnit.MILLISECONDS.toNanos(tmax));
    }

    private boolean isSeatWanted(final BidRequest request) {
        final DirectBuffer text = request.buffer();
        for (int i = 0; i < request.bseatCount(); i++) {
            if (NameTable.equal(seat, text, Slice.offset(request.bseat(i)), Slice.lengthBytes(request.bseat(i)))) {
                return false;
            }
        }
        for (int i = 0; i < request.wseatCount(); i++) {
            if (NameTable.equal(seat, text, Slice.offset(request.wseat(i)), Slice.lengthBytes(request.wseat(i)))) {
                return true;
            }
        }
        return request.wseatCount() == 0;
    }

    private void addImps(final PendingBid bid) {
        final BidRequest request = bid.request;
        final int exchangePlacement = bid.catalogue.exchangePlacement(bid.exchange.number());
        for (int i = 0; i < request.impCount(); i++) {
            final Imp imp = request.imp(i);
            if (imp.status() != ImpStatus.USABLE) {
                bid.skip(NoBid.INVALID_REQUEST);
                continue;
            }
            if (bid.count == PendingBid.MAX_IMPS) {
                bid.skip(NoBid.TOO_MANY_IMPS);
                return;
            }
            final long tag = imp.tagid();
            int placement = Slice.lengthBytes(tag) == 0 ? 0
                : bid.catalogue.placement(request.buffer(), Slice.offset(tag), Slice.lengthBytes(tag));
            placement = placement == 0 ? exchangePlacement : placement;
            if (placement == 0) {
                bid.skip(NoBid.NO_PLACEMENT);
            } else {
                bid.add(i, placement);
            }
        }
    }

    /**
     * Finds the customer where the signals permit it. A decision reads the profile and notes in it what was decided,
     * so that both must be permitted.
     */
    private void readCustomer(final PendingBid bid, final HttpRequest http) {
        SignalReader.read(bid.request, bid.exchange, http.globalPrivacyControl(), signals);
        gate.evaluate(signals, privacy);
        if (privacy.permits(PrivacyAction.READ_PROFILE) && privacy.permits(PrivacyAction.KEEP_EVENTS)) {
            if (customer.find(bid.request, bid.exchange.ids())) {
                // The pseudonym, not its root: a notice may come after a link, and tells who of a household it was.
                bid.keyHigh = parts.keys().memberHigh();
                bid.keyLow = parts.keys().memberLow();
                counters.customers().incrementRelease();
            }
        } else {
            customer.forget();
            bid.privacy = privacy.reason();
            counters.contextual().incrementRelease();
        }
    }

    private void send(final PendingBid bid) {
        final long budgetUs =
            Math.max(1, TimeUnit.NANOSECONDS.toMicros(bid.answerByNs - bid.arrivalNs));
        final long epochNs = parts.epochClock().nanoTime();
        final long asked = bid.sequence;
        decisions.begin(bid);
        for (int place = 0; place < bid.count; place++) {
            final long correlationId =
                asked << SEQUENCE_SHIFT | (long) bid.index << PLACE_BITS | place;
            final int length =
                decisions.write(bid, place, correlationId, budgetUs, privacy, customer, epochNs);
            if (length < 0) {
                bid.noBids[place] = NoBid.INVALID_REQUEST;
                continue;
            }
            bid.pending++;
            final RejectReason refused = admission.onMessage(
                session, DecisionRequestDecoder.TEMPLATE_ID, decisions.buffer(), 0, length, bid.arrivalNs);
            if (refused != null) {
                bid.noBids[place] =
                    refused == RejectReason.FRAME_TOO_LONG ? NoBid.TOO_LONG : NoBid.TECHNICAL_ERROR;
                bid.pending--;
            }
        }
        nextAnswerByNs = waiting ? Math.min(nextAnswerByNs, bid.answerByNs) : bid.answerByNs;
        waiting = true;
        answered(bid);
    }

    private void answered(final PendingBid bid) {
        if (--bid.pending == 0) {
            finish(bid);
        }
    }

    /** An answer of a shard: to a decision, or to the event of a notice. */
    private void onFrame(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        final int at = offset + Sofh.HEADER_LENGTH_BYTES;
        header.wrap(buffer, at);
        if (header.templateId() != DecisionResponseDecoder.TEMPLATE_ID) {
            if (header.templateId() == EventAckDecoder.TEMPLATE_ID) {
                notices.onAck(buffer, at);
            }
            return;
        }
        response.wrapAndApplyHeader(buffer, at, header);
        final long correlationId = response.correlationId();
        final int slot = (int) (correlationId >>> PLACE_BITS) & BidSettings.MAX_BIDS_IN_FLIGHT;
        final int place = placeOf(correlationId);
        if (slot >= slots.length || slots[slot].sequence != correlationId >>> SEQUENCE_SHIFT
            || place >= slots[slot].count) {
            // Its request was answered without it.
            unbid.giveFree(response, parts.catalogue().get(), parts.epochClock().nanoTime(),
                parts.nanoClock().nanoTime());
            return;
        }
        final PendingBid bid = slots[slot];
        take(bid, place);
        answered(bid);
    }

    private void take(final PendingBid bid, final int place) {
        final DecisionStatus status = response.status();
        bid.decisionsHigh[place] = response.decisionId().high();
        bid.decisionsLow[place] = response.decisionId().low();
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        if (status == DecisionStatus.OFFERS && offers.hasNext() && bid.offerCount < PendingBid.MAX_OFFERS) {
            bid.firstOffers[place] = bid.offerCount;
            while (offers.hasNext() && bid.offerCount < PendingBid.MAX_OFFERS) {
                offers.next();
                bid.offers[bid.offerCount] = offers.offerId();
                bid.creatives[bid.offerCount] = offers.creativeId();
                bid.currencies[bid.offerCount] = offers.currency();
                bid.scores[bid.offerCount] = offers.score();
                bid.offerCount++;
            }
            bid.offerCounts[place] = bid.offerCount - bid.firstOffers[place];
            bid.noBids[place] = null;
            if (offers.hasNext()) {
                unbid.giveFreeRest(
                    response, offers, bid.catalogue, parts.epochClock().nanoTime(), bid.arrivalNs);
            }
        } else {
            // A fallback is what is left when there was no time, or no decision.
            bid.noBids[place] = status == DecisionStatus.NO_OFFER ? NoBid.NO_OFFER
                : status == DecisionStatus.FALLBACK ? NoBid.INSUFFICIENT_TIME : NoBid.TECHNICAL_ERROR;
        }
    }

    /** Responds, or gives the request up: then the transport answers it, at its deadline. */
    private void finish(final PendingBid bid) {
        final long finished = bid.sequence;
        sent = false;
        try {
            respond(bid);
        } catch (final RuntimeException | Error e) {
            // Neither the other requests nor the shard that has just answered have to do with it.
            failure = e;
            count(bid.exchange, NoBid.TECHNICAL_ERROR);
            if (bid.sequence == finished) {
                giveUp(bid);
            }
        }
    }

    private void giveUp(final PendingBid bid) {
        try {
            if (!sent) {
                bid.dropBids();
                unbid.giveFree(bid, parts.epochClock().nanoTime());
            }
        } catch (final RuntimeException | Error e) {
            failure.addSuppressed(e);
        } finally {
            release(bid);
        }
    }

    private void reportFailure() {
        if (failure != null) {
            final Throwable thrown = failure;
            failure = null;
            LangUtil.rethrowUnchecked(thrown);
        }
    }

    /** Writes the response from what has been answered. */
    private void respond(final PendingBid bid) {
        final int length = writer.write(bid, parts.epochClock().nanoTime());
        counters.tally().finished(bid, writer.bids());
        if (length == BidWriter.NO_BID) {
            unbid.giveFree(bid, parts.epochClock().nanoTime());
            sent = true;
            if (noBid(bid, bid.reason()) == NO_CONTENT) {
                sink.send(bid.exchangeKey, NO_CONTENT, HttpContentKind.NONE, null, 0, 0);
                release(bid);
            }
            return;
        }
        watched(bid, null);
        counters.responses().incrementRelease();
        counters.bids().getAndAddRelease(writer.bids());
        countShades(bid);
        final Delivery delivery = sink.send(bid.exchangeKey, OK, kind(bid), writer.buffer(), 0, length);
        sent = true;
        if (delivery != Delivery.SENT) {
            bid.dropBids();
        }
        unbid.giveFree(bid, parts.epochClock().nanoTime());
        // One that was dropped because we were late ourselves says nothing of the network.
        if (delivery == Delivery.SENT && !bid.left) {
            margins.get(bid.exchange.number()).onAnswer(false, parts.nanoClock().nanoTime());
        }
        release(bid);
    }

    private void countShades(final PendingBid bid) {
        for (int offer = 0; offer < bid.offerCount; offer++) {
            final int shade = bid.bids[offer] ? bid.shades[offer] : 0;
            if (shade != 0) {
                counters.firstPrice().incrementRelease();
                counters.shades().getAndAddRelease(Math.abs(shade));
            }
            if (shade != 0 && shade != ShadeGrid.STEPS) {
                counters.shaded().incrementRelease();
            }
            if (shade < 0) {
                counters.explored().incrementRelease();
            }
        }
    }

    @Override
    public void onClientLeft(final long exchangeKey) {
        for (final PendingBid bid : slots) {
            if (bid.sequence != 0 && bid.exchangeKey == exchangeKey && !bid.left) {
                bid.left = true;
                final long nowNs = parts.nanoClock().nanoTime();
                // Who goes before the time can be over, however long the network took, did not wait too long.
                if (nowNs - bid.arrivalNs >= bid.wholeNs - bid.exchange.time().maxMarginNs()) {
                    margins.get(bid.exchange.number()).onAnswer(true, nowNs);
                }
                return;
            }
        }
    }

    /** The margin that is kept for the network of an exchange now, in nanoseconds. */
    long marginNs(final int exchangeNumber) {
        return margins.get(exchangeNumber).marginNs(parts.nanoClock().nanoTime());
    }

    private void release(final PendingBid bid) {
        heldBytes += bid.grownBytes();
        if (heldBytes > MAX_HELD_BYTES) {
            bid.request.shrink();
            heldBytes += bid.grownBytes();
        }
        bid.sequence = 0;
        bid.catalogue = null;
        free[freeCount++] = bid.index;
    }

    @Override
    public boolean isSettled(final boolean last) {
        return notices.isSettled(last);
    }

    @Override
    public void onReadBatchEnd() {
        admission.onReadBatchEnd();
        answers.drain();
        explanations.drain();
        reportFailure();
    }

    @Override
    public void onIdle() {
        answers.onEventLoop();
        admission.onIdle();
        notices.onIdle();
        answers.drain();
        explanations.drain();
        if (waiting && parts.nanoClock().nanoTime() - nextAnswerByNs >= 0) {
            finishLate();
        }
        reportFailure();
    }

    /** Sends what has come for requests whose time is nearly over. */
    private void finishLate() {
        final long nowNs = parts.nanoClock().nanoTime();
        waiting = false;
        for (int i = 0; i < slots.length && freeCount < slots.length; i++) {
            final PendingBid bid = slots[i];
            if (bid.sequence == 0) {
                continue;
            }
            if (nowNs - bid.answerByNs >= 0) {
                finish(bid);
            } else {
                nextAnswerByNs = waiting ? Math.min(nextAnswerByNs, bid.answerByNs) : bid.answerByNs;
                waiting = true;
            }
        }
    }
}
