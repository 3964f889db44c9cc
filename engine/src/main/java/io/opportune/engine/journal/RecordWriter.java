package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.CatalogueRecordEncoder;
import io.opportune.engine.journal.codec.ContextRecordEncoder;
import io.opportune.engine.journal.codec.DecisionRecordEncoder;
import io.opportune.engine.journal.codec.ErasureRecordEncoder;
import io.opportune.engine.journal.codec.EventRecordEncoder;
import io.opportune.engine.journal.codec.HoldRecordEncoder;
import io.opportune.engine.journal.codec.MergeDoneRecordEncoder;
import io.opportune.engine.journal.codec.MergeInRecordEncoder;
import io.opportune.engine.journal.codec.MergeOutRecordEncoder;
import io.opportune.engine.journal.codec.MessageHeaderEncoder;
import io.opportune.engine.journal.codec.ModelRecordEncoder;
import io.opportune.engine.journal.codec.NameRecordEncoder;
import io.opportune.engine.journal.codec.TermRecordEncoder;
import io.opportune.engine.journal.codec.UnlinkRecordEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Encodes one record at a time into a buffer of its own: {@link #at} says where the record stands, a method named after
 * the template writes both headers and gives the encoder for the rest. Owned by one thread; allocates only when made.
 */
public final class RecordWriter {
    private final UnsafeBuffer buffer;
    private final int tenant;
    private final MessageHeaderEncoder messageHeader = new MessageHeaderEncoder();
    private final DecisionRecordEncoder decision = new DecisionRecordEncoder();
    private final EventRecordEncoder event = new EventRecordEncoder();
    private final ContextRecordEncoder context = new ContextRecordEncoder();
    private final ErasureRecordEncoder erasure = new ErasureRecordEncoder();
    private final MergeOutRecordEncoder mergeOut = new MergeOutRecordEncoder();
    private final MergeInRecordEncoder mergeIn = new MergeInRecordEncoder();
    private final MergeDoneRecordEncoder mergeDone = new MergeDoneRecordEncoder();
    private final UnlinkRecordEncoder unlink = new UnlinkRecordEncoder();
    private final CatalogueRecordEncoder catalogue = new CatalogueRecordEncoder();
    private final HoldRecordEncoder hold = new HoldRecordEncoder();
    private final ModelRecordEncoder model = new ModelRecordEncoder();
    private final TermRecordEncoder termRecord = new TermRecordEncoder();
    private final NameRecordEncoder name = new NameRecordEncoder();
    private MessageEncoderFlyweight current;
    private long term;
    private int partition;
    private long sequence;
    private long businessTimeNs;
    private long appendTimeNs;
    private long rootKeyHigh;
    private long rootKeyLow;

    /**
     * Reserves the buffer.
     *
     * @param tenant          that all records carry, 0..65534.
     * @param maxLengthBytes  of a record; longer ones throw IndexOutOfBoundsException while being encoded.
     */
    public RecordWriter(final int tenant, final int maxLengthBytes) {
        this.tenant = tenant;
        this.buffer = new UnsafeBuffer(new byte[maxLengthBytes]);
    }

    /**
     * Sets the term of all records that follow.
     *
     * @param newTerm count of server starts.
     * @return this.
     */
    public RecordWriter term(final long newTerm) {
        term = newTerm;
        return this;
    }

    /**
     * Says where the next record stands.
     *
     * @param recordPartition      0..65534, or {@link RecordHeaderFlyweight#CONTROL_PARTITION}.
     * @param recordSequence       within the partition, from 1.
     * @param recordBusinessTimeNs since 1970.
     * @param recordAppendTimeNs   since 1970.
     * @param high                 half of the root key; 0 for none.
     * @param low                  half of the root key; 0 for none.
     * @return this.
     */
    public RecordWriter at(
        final int recordPartition,
        final long recordSequence,
        final long recordBusinessTimeNs,
        final long recordAppendTimeNs,
        final long high,
        final long low) {
        partition = recordPartition;
        sequence = recordSequence;
        businessTimeNs = recordBusinessTimeNs;
        appendTimeNs = recordAppendTimeNs;
        rootKeyHigh = high;
        rootKeyLow = low;
        return this;
    }

    /**
     * Begins a decision record.
     *
     * @return its encoder; request, response, reservations, counts and withheld, in this order, are still missing.
     */
    public DecisionRecordEncoder decision() {
        begin(decision);
        return decision;
    }

    /**
     * Begins an event record.
     *
     * @return its encoder; report, settlement and counts, in this order, are still missing.
     */
    public EventRecordEncoder event() {
        begin(event);
        return event;
    }

    /**
     * Begins a context record.
     *
     * @return its encoder; the update is still missing.
     */
    public ContextRecordEncoder context() {
        begin(context);
        return context;
    }

    /**
     * Begins an erasure record.
     *
     * @return its encoder.
     */
    public ErasureRecordEncoder erasure() {
        begin(erasure);
        return erasure;
    }

    /**
     * Begins a record of a root that gives its profile away.
     *
     * @return its encoder.
     */
    public MergeOutRecordEncoder mergeOut() {
        begin(mergeOut);
        return mergeOut;
    }

    /**
     * Begins a record of a root that takes a profile over.
     *
     * @return its encoder; the profile, possibly empty, is still missing.
     */
    public MergeInRecordEncoder mergeIn() {
        begin(mergeIn);
        return mergeIn;
    }

    /**
     * Begins a record that ends a merge.
     *
     * @return its encoder.
     */
    public MergeDoneRecordEncoder mergeDone() {
        begin(mergeDone);
        return mergeDone;
    }

    /**
     * Begins a record of an id that leaves its root.
     *
     * @return its encoder.
     */
    public UnlinkRecordEncoder unlink() {
        begin(unlink);
        return unlink;
    }

    /**
     * Begins a record of a catalogue change.
     *
     * @return its encoder.
     */
    public CatalogueRecordEncoder catalogue() {
        begin(catalogue);
        return catalogue;
    }

    /**
     * Begins a record of something that is held back, or no longer.
     *
     * @return its encoder.
     */
    public HoldRecordEncoder hold() {
        begin(hold);
        return hold;
    }

    /**
     * Begins a ModelRecord.
     *
     * @return encoder of its body.
     */
    public ModelRecordEncoder model() {
        begin(model);
        return model;
    }

    /**
     * Begins the first record of a term.
     *
     * @return its encoder; the server's version is still missing.
     */
    public TermRecordEncoder termRecord() {
        begin(termRecord);
        return termRecord;
    }

    /**
     * Begins a record of a name that got its id.
     *
     * @return its encoder; the name is still missing.
     */
    public NameRecordEncoder name() {
        begin(name);
        return name;
    }

    /**
     * The record that was begun last, from offset 0.
     *
     * @return the buffer, reused by the next record.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Length of the record as encoded so far.
     *
     * @return bytes, both headers included.
     */
    public int length() {
        return MessageHeaderEncoder.ENCODED_LENGTH + current.encodedLength();
    }

    private void begin(final MessageEncoderFlyweight encoder) {
        current = encoder;
        messageHeader.wrap(buffer, 0)
            .blockLength(encoder.sbeBlockLength())
            .templateId(encoder.sbeTemplateId())
            .schemaId(encoder.sbeSchemaId())
            .version(encoder.sbeSchemaVersion());
        encoder.wrap(buffer, MessageHeaderEncoder.ENCODED_LENGTH);
        RecordHeaderFlyweight.encode(buffer, 0, tenant, partition, term, sequence, businessTimeNs, appendTimeNs,
            rootKeyHigh, rootKeyLow);
    }
}
