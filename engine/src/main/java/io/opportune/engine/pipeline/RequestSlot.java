package io.opportune.engine.pipeline;

import io.opportune.engine.session.ResponseSink;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One place in a shard's ring: a message on its way to the shard, or a command. Written by the thread that claimed it
 * until it publishes, then read by the shard. All slots and their buffers exist from the start.
 */
public final class RequestSlot {
    /** What a slot carries. */
    public enum Kind {
        /** A message of a client, in {@link #message()}. */
        MESSAGE,
        /** A command of the server itself. */
        COMMAND
    }

    // Written by admission.
    private Kind kind;
    private int templateId;
    private int partition;
    private int clientIndex;
    private long rootHigh;
    private long rootLow;
    private long otherRootHigh;
    private long otherRootLow;
    private long memberHigh;
    private long memberLow;
    private long otherMemberHigh;
    private long otherMemberLow;
    private long requestedTimeNs;
    private long arrivalNs;
    private long deadlineNs;
    private long bidNs;
    private long bidMicros;
    private long bidCampaignMicros;
    private int bidCharging;
    private int person;
    private long sessionKey;
    private ResponseSink sink;
    private ShardCommand command;
    private int hops;
    private int lengthBytes;
    private final UnsafeBuffer message;

    /**
     * Makes a slot over its part of the ring's memory.
     *
     * @param message buffer of the longest message a client may send.
     */
    RequestSlot(final UnsafeBuffer message) {
        this.message = message;
    }

    /**
     * Starts a client's message; everything else keeps its value from the slot's last use.
     *
     * @param template   SBE template id.
     * @param sessionOf  where the answer goes.
     * @param answerSink the way there.
     * @param arrivedNs  monotonic clock when the bytes were read.
     */
    public void begin(
        final int template, final long sessionOf, final ResponseSink answerSink, final long arrivedNs) {
        kind = Kind.MESSAGE;
        templateId = template;
        sessionKey = sessionOf;
        sink = answerSink;
        arrivalNs = arrivedNs;
        deadlineNs = Long.MAX_VALUE;
        bidNs = Long.MAX_VALUE;
        bidMicros = 0;
        bidCampaignMicros = 0;
        bidCharging = 0;
        person = 0;
        hops = 0;
        command = null;
        otherRootHigh = 0;
        otherRootLow = 0;
        memberHigh = 0;
        memberLow = 0;
        otherMemberHigh = 0;
        otherMemberLow = 0;
    }

    void beginCommand(final ShardCommand shardCommand) {
        kind = Kind.COMMAND;
        command = shardCommand;
        sink = null;
    }

    void copyFrom(final RequestSlot other) {
        kind = other.kind;
        templateId = other.templateId;
        partition = other.partition;
        clientIndex = other.clientIndex;
        rootHigh = other.rootHigh;
        rootLow = other.rootLow;
        otherRootHigh = other.otherRootHigh;
        otherRootLow = other.otherRootLow;
        memberHigh = other.memberHigh;
        memberLow = other.memberLow;
        otherMemberHigh = other.otherMemberHigh;
        otherMemberLow = other.otherMemberLow;
        requestedTimeNs = other.requestedTimeNs;
        arrivalNs = other.arrivalNs;
        deadlineNs = other.deadlineNs;
        bidNs = other.bidNs;
        bidMicros = other.bidMicros;
        bidCampaignMicros = other.bidCampaignMicros;
        bidCharging = other.bidCharging;
        person = other.person;
        sessionKey = other.sessionKey;
        sink = other.sink;
        command = null;
        hops = other.hops;
        lengthBytes = other.lengthBytes;
        message.putBytes(0, other.message, 0, lengthBytes);
    }

    /**
     * Whose data this is about and where it lives.
     *
     * @param high        of the root key; both 0 for an unknown customer.
     * @param low         of the root key.
     * @param inPartition that owns the root key.
     */
    public void root(final long high, final long low, final int inPartition) {
        rootHigh = high;
        rootLow = low;
        partition = inPartition;
    }

    /**
     * The ids that were named.
     *
     * @param high      pseudonym of the id asked about, or of the one that joins or leaves; both 0 for an unknown
     *     customer.
     * @param low       likewise.
     * @param otherHigh pseudonym of the id it is linked to; both 0 except for links.
     * @param otherLow  likewise.
     */
    public void members(final long high, final long low, final long otherHigh, final long otherLow) {
        memberHigh = high;
        memberLow = low;
        otherMemberHigh = otherHigh;
        otherMemberLow = otherLow;
    }

    /**
     * The root that takes over in a link.
     *
     * @param high of the root key.
     * @param low  of the root key.
     */
    public void otherRoot(final long high, final long low) {
        otherRootHigh = high;
        otherRootLow = low;
    }

    /**
     * When the moment or event happened, as far as the client may say so.
     *
     * @param timeNs nanoseconds since the epoch; {@link Long#MIN_VALUE} for the server's clock.
     */
    public void requestedTimeNs(final long timeNs) {
        requestedTimeNs = timeNs;
    }

    /**
     * Who asks.
     *
     * @param index of the configured client.
     */
    public void clientIndex(final int index) {
        clientIndex = index;
    }

    /**
     * When the answer is worth nothing any more.
     *
     * @param timeNs monotonic clock.
     */
    public void deadlineNs(final long timeNs) {
        deadlineNs = timeNs;
    }

    /**
     * The bid that a notice is about.
     *
     * @param timeNs         when it was made, nanoseconds since the epoch.
     * @param priceMicros    its price for one impression, in the currency that the notice speaks of.
     * @param campaignMicros the same in the campaign's currency, at the rate of that time.
     * @param charging       code of the type of event by which it costs, as its exchange tells it.
     */
    public void bid(final long timeNs, final long priceMicros, final long campaignMicros, final int charging) {
        bidNs = timeNs;
        bidMicros = priceMicros;
        bidCampaignMicros = campaignMicros;
        bidCharging = charging;
    }

    /**
     * Who it is about, for when the root is or becomes a household's.
     *
     * @param tag of the person, 0 for nobody known.
     */
    public void person(final int tag) {
        person = tag;
    }

    /**
     * Who of the household it is about.
     *
     * @return tag of the person; 0 when it is not known, or the root is no household's.
     */
    public int person() {
        return personIn(rootHigh);
    }

    /**
     * Who it is about under a root that the slot's own was merged into.
     *
     * @param high half of that root key.
     * @return tag of the person; 0 when it is not known, or the root is no household's.
     */
    public int personIn(final long high) {
        // Households' root keys have the top bit clear.
        return high >= 0 ? person : 0;
    }

    /**
     * When the bid was made that a notice is about.
     *
     * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} for what is no notice.
     */
    public long bidNs() {
        return bidNs;
    }

    /**
     * Price of the bid that a notice is about.
     *
     * @return micros for one impression, in the currency that the notice speaks of.
     */
    public long bidMicros() {
        return bidMicros;
    }

    /**
     * Price of the bid that a notice is about, in the campaign's currency at the rate of that time.
     *
     * @return micros for one impression.
     */
    public long bidCampaignMicros() {
        return bidCampaignMicros;
    }

    /**
     * By which event the bid of a notice costs.
     *
     * @return code of {@code EventType}, 0 for what is no notice.
     */
    public int bidCharging() {
        return bidCharging;
    }

    /**
     * Length of the message in {@link #message()}.
     *
     * @param bytes SBE header included.
     */
    public void lengthBytes(final int bytes) {
        lengthBytes = bytes;
    }

    /**
     * What the slot carries.
     *
     * @return message or command.
     */
    public Kind kind() {
        return kind;
    }

    /**
     * SBE template of the message.
     *
     * @return template id.
     */
    public int templateId() {
        return templateId;
    }

    /**
     * Owner of the root key.
     *
     * @return partition index.
     */
    public int partition() {
        return partition;
    }

    /**
     * Which configured client asks.
     *
     * @return index, 0 or more.
     */
    public int clientIndex() {
        return clientIndex;
    }

    /**
     * High half of the root key.
     *
     * @return 0 with {@link #rootLow()} 0 for an unknown customer.
     */
    public long rootHigh() {
        return rootHigh;
    }

    /**
     * Low half of the root key.
     *
     * @return see {@link #rootHigh()}.
     */
    public long rootLow() {
        return rootLow;
    }

    /**
     * High half of the root that takes over in a link.
     *
     * @return see {@link #otherRoot}.
     */
    public long otherRootHigh() {
        return otherRootHigh;
    }

    /**
     * Low half of the root that takes over in a link.
     *
     * @return see {@link #otherRoot}.
     */
    public long otherRootLow() {
        return otherRootLow;
    }

    /**
     * High half of the linked id's pseudonym.
     *
     * @return see {@link #members}.
     */
    public long memberHigh() {
        return memberHigh;
    }

    /**
     * Low half of the linked id's pseudonym.
     *
     * @return see {@link #members}.
     */
    public long memberLow() {
        return memberLow;
    }

    /**
     * High half of the other id's pseudonym.
     *
     * @return see {@link #members}.
     */
    public long otherMemberHigh() {
        return otherMemberHigh;
    }

    /**
     * Low half of the other id's pseudonym.
     *
     * @return see {@link #members}.
     */
    public long otherMemberLow() {
        return otherMemberLow;
    }

    /**
     * The client's time of the moment.
     *
     * @return nanoseconds since the epoch, or {@link Long#MIN_VALUE}.
     */
    public long requestedTimeNs() {
        return requestedTimeNs;
    }

    /**
     * When the bytes were read.
     *
     * @return monotonic clock, ns.
     */
    public long arrivalNs() {
        return arrivalNs;
    }

    /**
     * When the answer is worth nothing any more.
     *
     * @return monotonic clock, ns.
     */
    public long deadlineNs() {
        return deadlineNs;
    }

    /**
     * Where the answer goes.
     *
     * @return session key.
     */
    public long sessionKey() {
        return sessionKey;
    }

    /**
     * The way of the answer.
     *
     * @return null for commands.
     */
    public ResponseSink sink() {
        return sink;
    }

    /**
     * The command of a {@link Kind#COMMAND} slot.
     *
     * @return null for messages.
     */
    public ShardCommand command() {
        return command;
    }

    /**
     * The message without its customer ids, SBE header first.
     *
     * @return the slot's own buffer.
     */
    public UnsafeBuffer message() {
        return message;
    }

    /**
     * Counts that the slot is sent on to another root.
     *
     * @return how often it has been.
     */
    public int hop() {
        return ++hops;
    }

    /**
     * Length of the message.
     *
     * @return bytes.
     */
    public int lengthBytes() {
        return lengthBytes;
    }
}
