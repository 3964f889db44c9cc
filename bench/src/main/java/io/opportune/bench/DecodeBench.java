package io.opportune.bench;

import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.MessagesOnly;
import io.opportune.bench.fixture.NoSink;
import io.opportune.engine.admission.Admission;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.InternalSession;
import io.opportune.loadtest.source.MessageWriter;
import io.opportune.loadtest.source.NameTable;
import io.opportune.loadtest.world.WorldSource;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the event loop does with a request: frame bounds, checks of all fields, pseudonym, root key, copy into the
 * shard's ring. The request has 12 basket lines, 3 attributes and a known customer, another one each time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBench {
    private static final int LINES = 12;
    private static final int US_DOLLAR = 840;
    private static final int MAX_FRAME_BYTES = 16 * 1024;
    private static final int CUSTOMER_DIGITS = 8;

    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_FRAME_BYTES));
    private final ClientSession session = new InternalSession(1, 0);
    private Admission admission;
    private int customers;
    private int customer;
    private int messageLength;

    /**
     * Encodes the request.
     *
     * @param world that the customers live in.
     */
    @Setup
    public void encode(final WorldState world) {
        customers = world.customers;
        final Shard shard = EngineFixture.newShard();
        // Nothing is done with slots, so that only the way into the ring is measured.
        final MessagesOnly forgetting = slot -> { };
        shard.handler(forgetting);
        admission = world.fixture.admission(shard, new NoSink());
        final NameTable names = new NameTable();
        new WorldSource(world.fixture.world(), 1).declareNames(names);
        final int placement = names.want(NameKind.PLACEMENT, "till-basket");
        final int weather = names.want(NameKind.ATTRIBUTE, "request.weather");
        final int rain = names.want(NameKind.ATTRIBUTE_VALUE, "rain");
        final int dairy = names.want(NameKind.CATEGORY, "milk");
        world.fixture.resolve(names);
        final DecisionRequestEncoder request = new MessageWriter().decision(frame, Sofh.HEADER_LENGTH_BYTES, 1, 1)
            .timeBudgetUs(20_000).placementId(names.id(placement)).customerNamespace(Namespaces.LOYALTY)
            .currency(US_DOLLAR).channel(Channel.TILL).moment(Moment.BASKET_UPDATE);
        request.requestId().high(1).low(1);
        final DecisionRequestEncoder.BasketLinesEncoder lines = request.basketLinesCount(LINES);
        for (int line = 0; line < LINES; line++) {
            lines.next().itemId(1_000_000 + line).categoryId(names.id(dairy)).quantityMilli(1_000)
                .amountMicros(1_990_000).currency(0);
        }
        request.attributesCount(3)
            .next().attributeId(names.id(weather)).valueType(AttributeType.TEXT).value(names.id(rain))
            .next().attributeId(1_000).valueType(AttributeType.INTEGER).value(3)
            .next().attributeId(1_001).valueType(AttributeType.BOOLEAN).value(1);
        request.attributeTextsCount(0);
        final byte[] id = "L00000000".getBytes(StandardCharsets.US_ASCII);
        request.putCustomerId(id, 0, id.length).putRestrictions(MessageWriter.NO_RESTRICTIONS, 0, 0);
        messageLength = MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength();
        Sofh.encode(frame, 0, Sofh.HEADER_LENGTH_BYTES + messageLength);
    }

    /**
     * One request.
     *
     * @return true when it was taken.
     */
    @Benchmark
    public boolean decode() {
        nextCustomer();
        final int frameLength = Sofh.frameLengthBytes(frame, 0);
        if (Sofh.encodingType(frame, 0) != Sofh.ENCODING_SBE_LITTLE_ENDIAN
            || frameLength < Sofh.MIN_FRAME_LENGTH_BYTES || frameLength > MAX_FRAME_BYTES) {
            throw new IllegalStateException("the bench's own frame is broken");
        }
        final boolean taken = admission.onMessage(session, DecisionRequestDecoder.TEMPLATE_ID, frame,
            Sofh.HEADER_LENGTH_BYTES, frameLength - Sofh.HEADER_LENGTH_BYTES, System.nanoTime()) == null;
        admission.onReadBatchEnd();
        return taken;
    }

    private void nextCustomer() {
        // A step that has no divisor in common with usual numbers of customers goes through all of them.
        customer = (int) ((customer + 611_953L) % customers);
        int rest = customer;
        final int end = Sofh.HEADER_LENGTH_BYTES + messageLength;
        for (int digit = 1; digit <= CUSTOMER_DIGITS; digit++) {
            frame.putByte(end - digit, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
