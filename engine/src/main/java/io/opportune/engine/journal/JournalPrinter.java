package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.CatalogueRecordDecoder;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.HoldRecordDecoder;
import io.opportune.engine.journal.codec.MergeDoneRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.ModelRecordDecoder;
import io.opportune.engine.journal.codec.NameRecordDecoder;
import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import io.opportune.engine.journal.codec.TermRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Shows records as JSON lines for people and their tools: ids in hexadecimal, times in RFC 3339, the wire messages
 * inside decoded. A record of a newer schema is shown by its header and its bytes; damaged bytes never throw. Owned by
 * one thread.
 */
public final class JournalPrinter {
    private static final long POLL_INTERVAL_NS = 20_000_000L;
    private static final Map<String, Integer> TEMPLATES = Map.ofEntries(
        Map.entry("DecisionRecord", DecisionRecordDecoder.TEMPLATE_ID),
        Map.entry("EventRecord", EventRecordDecoder.TEMPLATE_ID),
        Map.entry("ContextRecord", ContextRecordDecoder.TEMPLATE_ID),
        Map.entry("ErasureRecord", ErasureRecordDecoder.TEMPLATE_ID),
        Map.entry("MergeOutRecord", MergeOutRecordDecoder.TEMPLATE_ID),
        Map.entry("MergeInRecord", MergeInRecordDecoder.TEMPLATE_ID),
        Map.entry("MergeDoneRecord", MergeDoneRecordDecoder.TEMPLATE_ID),
        Map.entry("UnlinkRecord", UnlinkRecordDecoder.TEMPLATE_ID),
        Map.entry("CatalogueRecord", CatalogueRecordDecoder.TEMPLATE_ID),
        Map.entry("TermRecord", TermRecordDecoder.TEMPLATE_ID),
        Map.entry("HoldRecord", HoldRecordDecoder.TEMPLATE_ID),
        Map.entry("ModelRecord", ModelRecordDecoder.TEMPLATE_ID),
        Map.entry("NameRecord", NameRecordDecoder.TEMPLATE_ID),
        Map.entry("RedactedRecord", RedactedRecordDecoder.TEMPLATE_ID));

    private final JournalFilter filter;
    private final JsonLine json = new JsonLine();
    private final WireMessageText wire = new WireMessageText();
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final ContextRecordDecoder context = new ContextRecordDecoder();
    private final ErasureRecordDecoder erasure = new ErasureRecordDecoder();
    private final MergeOutRecordDecoder mergeOut = new MergeOutRecordDecoder();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();
    private final MergeDoneRecordDecoder mergeDone = new MergeDoneRecordDecoder();
    private final UnlinkRecordDecoder unlink = new UnlinkRecordDecoder();
    private final CatalogueRecordDecoder catalogue = new CatalogueRecordDecoder();
    private final HoldRecordDecoder hold = new HoldRecordDecoder();
    private final ModelRecordDecoder model = new ModelRecordDecoder();
    private final TermRecordDecoder term = new TermRecordDecoder();
    private final NameRecordDecoder name = new NameRecordDecoder();
    private long printed;

    /**
     * Prepares a listing.
     *
     * @param filter says which records to show.
     */
    public JournalPrinter(final JournalFilter filter) {
        this.filter = filter;
    }

    /**
     * Finds a template by its name, as the listing shows it.
     *
     * @param templateName such as {@code EventRecord}; the ending {@code Record} and the case may be left out.
     * @return template id, or {@link JournalFilter#ANY} when there is none of this name.
     */
    public static int templateId(final String templateName) {
        for (final Map.Entry<String, Integer> template : TEMPLATES.entrySet()) {
            final String known = template.getKey();
            if (known.equalsIgnoreCase(templateName) || known.equalsIgnoreCase(templateName + "Record")) {
                return template.getValue();
            }
        }
        return JournalFilter.ANY;
    }

    /**
     * Shows what is in a queue now, from where the reader stands.
     *
     * @param reader of the queue.
     * @param out    takes the lines.
     * @return records shown so far by this printer; it stops at the filter's limit.
     * @throws IOException when {@code out} throws it.
     */
    public long print(final JournalReader reader, final Appendable out) throws IOException {
        while (printed < filter.limit() && reader.next()) {
            show(reader, out);
        }
        return printed;
    }

    /**
     * Shows what is in a queue and what is appended from now on.
     *
     * @param reader    of the queue.
     * @param out       takes the lines.
     * @param keepGoing asked between records; false ends the listing.
     * @return records shown so far by this printer.
     * @throws IOException when {@code out} throws it.
     */
    public long follow(final JournalReader reader, final Appendable out, final BooleanSupplier keepGoing)
        throws IOException {
        while (printed < filter.limit() && keepGoing.getAsBoolean()) {
            if (reader.next()) {
                show(reader, out);
            } else {
                LockSupport.parkNanos(POLL_INTERVAL_NS);
            }
        }
        return printed;
    }

    /**
     * Shows one record whatever the filter says.
     *
     * @param index  of the record.
     * @param buffer holding the record.
     * @param offset of the record.
     * @param length of the record in bytes, any.
     * @return a JSON object without a line end.
     */
    public String line(final long index, final DirectBuffer buffer, final int offset, final int length) {
        record.wrap(buffer, offset, length);
        json.clear().beginObject().hex64("index", index);
        if (length < RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES) {
            return json.string("malformed", "shorter than a header").hexBytes("hex", record, 0, length)
                .endObject().toString();
        }
        header.wrap(record, 0);
        final int begin = json.mark();
        try {
            if (header.schemaId() == MessageHeaderDecoder.SCHEMA_ID && body()) {
                return json.endObject().toString();
            }
            json.backTo(begin);
            header("unknown(" + header.templateId() + ")");
            json.number("schema", header.schemaId());
        } catch (final RuntimeException malformed) {
            json.backTo(begin);
            header("malformed(" + header.templateId() + ")");
        }
        return json.hexBytes("hex", record, 0, length).endObject().toString();
    }

    private void show(final JournalReader reader, final Appendable out) throws IOException {
        if (filter.matches(header.wrap(reader.buffer(), reader.offset()))) {
            out.append(line(reader.index(), reader.buffer(), reader.offset(), reader.length())).append('\n');
            printed++;
        }
    }

    private void header(final String template) {
        json.string("template", template)
            .number("version", header.schemaVersion())
            .number("tenant", header.tenant());
        if (header.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            json.string("partition", "control");
        } else {
            json.number("partition", header.partition());
        }
        json.number("term", header.term())
            .number("sequence", header.sequence())
            .time("businessTime", header.businessTimeNs())
            .time("appendTime", header.appendTimeNs())
            .optionalHex128("rootKey", header.rootKeyHigh(), header.rootKeyLow());
    }

    private boolean body() {
        final int offset = RecordHeaderFlyweight.HEADER_OFFSET;
        final int block = header.blockLength();
        final int version = header.schemaVersion();
        switch (header.templateId()) {
            case DecisionRecordDecoder.TEMPLATE_ID -> decision(decision.wrap(record, offset, block, version));
            case EventRecordDecoder.TEMPLATE_ID -> event(event.wrap(record, offset, block, version));
            case ContextRecordDecoder.TEMPLATE_ID -> context(context.wrap(record, offset, block, version));
            case ErasureRecordDecoder.TEMPLATE_ID -> erasure(erasure.wrap(record, offset, block, version));
            case MergeOutRecordDecoder.TEMPLATE_ID -> mergeOut(mergeOut.wrap(record, offset, block, version));
            case MergeInRecordDecoder.TEMPLATE_ID -> mergeIn(mergeIn.wrap(record, offset, block, version));
            case MergeDoneRecordDecoder.TEMPLATE_ID -> mergeDone(mergeDone.wrap(record, offset, block, version));
            case UnlinkRecordDecoder.TEMPLATE_ID -> unlink(unlink.wrap(record, offset, block, version));
            case CatalogueRecordDecoder.TEMPLATE_ID -> catalogue(catalogue.wrap(record, offset, block, version));
            case HoldRecordDecoder.TEMPLATE_ID -> hold(hold.wrap(record, offset, block, version));
            case ModelRecordDecoder.TEMPLATE_ID -> model(model.wrap(record, offset, block, version));
            case TermRecordDecoder.TEMPLATE_ID -> term(term.wrap(record, offset, block, version));
            case NameRecordDecoder.TEMPLATE_ID -> name(name.wrap(record, offset, block, version));
            case RedactedRecordDecoder.TEMPLATE_ID -> header("RedactedRecord");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void decision(final DecisionRecordDecoder r) {
        header("DecisionRecord");
        json.optionalHex128("requestId", r.requestIdHigh(), r.requestIdLow())
            .number("catalogueCounter", r.catalogueCounter())
            .hex64("catalogueHash", r.catalogueHash())
            .number("modelEpoch", r.modelEpoch())
            .number("controlEpoch", r.controlEpoch())
            .number("candidateCount", r.candidateCount())
            .number("scoredCount", r.scoredCount())
            .number("timeTakenNs", r.timeTakenNs())
            .number("clientIndex", r.clientIndex());
        if (r.affinityTable() != DecisionRecordDecoder.affinityTableNullValue() && r.affinityTable() != 0) {
            json.hex64("affinityTable", r.affinityTable());
        }
        r.wrapRequest(embedded);
        wire.write(json, "request", embedded);
        r.wrapResponse(embedded);
        wire.write(json, "response", embedded);
        r.wrapReservations(embedded);
        BlockText.reservations(json, embedded);
        r.wrapCounts(embedded);
        BlockText.bytes(json, "counts", embedded);
        r.wrapWithheld(embedded);
        BlockText.withheld(json, embedded);
        r.wrapChoice(embedded);
        BlockText.choice(json, embedded);
        r.wrapFeatures(embedded);
        BlockText.features(json, embedded);
    }

    private void event(final EventRecordDecoder r) {
        header("EventRecord");
        json.number("clientIndex", r.clientIndex());
        r.wrapReport(embedded);
        wire.write(json, "report", embedded);
        r.wrapSettlement(embedded);
        BlockText.settlement(json, embedded);
        r.wrapCounts(embedded);
        BlockText.bytes(json, "counts", embedded);
    }

    private void context(final ContextRecordDecoder r) {
        header("ContextRecord");
        json.number("clientIndex", r.clientIndex());
        r.wrapUpdate(embedded);
        wire.write(json, "update", embedded);
    }

    private void erasure(final ErasureRecordDecoder r) {
        header("ErasureRecord");
        json.hex128("eventId", r.eventIdHigh(), r.eventIdLow());
    }

    private void mergeOut(final MergeOutRecordDecoder r) {
        header("MergeOutRecord");
        json.hex128("eventId", r.eventIdHigh(), r.eventIdLow())
            .hex128("target", r.target().high(), r.target().low());
    }

    private void mergeIn(final MergeInRecordDecoder r) {
        header("MergeInRecord");
        json.hex128("eventId", r.eventIdHigh(), r.eventIdLow())
            .hex128("source", r.source().high(), r.source().low())
            .optional("person", r.person(), MergeInRecordDecoder.personNullValue());
        r.wrapProfile(embedded);
        json.number("profileLengthBytes", embedded.capacity());
        json.hexBytes("profile", embedded, 0, embedded.capacity());
    }

    private void mergeDone(final MergeDoneRecordDecoder r) {
        header("MergeDoneRecord");
        json.hex128("target", r.target().high(), r.target().low());
    }

    private void unlink(final UnlinkRecordDecoder r) {
        header("UnlinkRecord");
        json.hex128("eventId", r.eventIdHigh(), r.eventIdLow())
            .hex128("member", r.member().high(), r.member().low())
            .hex128("freshRoot", r.freshRoot().high(), r.freshRoot().low());
    }

    private void catalogue(final CatalogueRecordDecoder r) {
        header("CatalogueRecord");
        json.number("catalogueCounter", r.catalogueCounter()).hex64("catalogueHash", r.catalogueHash());
    }

    private void hold(final HoldRecordDecoder r) {
        header("HoldRecord");
        json.number("controlEpoch", r.controlEpoch())
            .number("registryId", r.registryId())
            .number("target", r.target())
            .number("reason", r.reason())
            .number("held", r.held());
    }

    private void model(final ModelRecordDecoder r) {
        header("ModelRecord");
        json.number("modelEpoch", r.modelEpoch())
            .number("examples", r.examples())
            .hex64("checksum", r.checksum())
            .number("kind", r.kind())
            .number("pendingBytes", r.pendingBytes())
            .string("champion", r.champion())
            .string("shadow", r.shadow());
        r.wrapPositions(embedded);
        BlockText.positions(json, embedded);
    }

    private void term(final TermRecordDecoder r) {
        header("TermRecord");
        json.string("serverVersion", r.serverVersion());
    }

    private void name(final NameRecordDecoder r) {
        header("NameRecord");
        json.number("id", r.id()).constant("kind", r.kind(), r.kindRaw()).string("name", r.name());
    }
}
