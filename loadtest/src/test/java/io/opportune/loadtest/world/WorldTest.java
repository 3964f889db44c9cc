package io.opportune.loadtest.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.NameKind;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldTest {
    private static final int MESSAGES = 10_000;

    @TempDir
    private Path directory;

    @Test
    void shouldGiveTheSameMessagesForTheSameSeed() {
        assertEquals(hash(42), hash(42));
        assertNotEquals(hash(42), hash(43));
    }

    @Test
    void shouldMixMomentsAndStayDecodable() {
        final WorldSource source = started(1);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
        final Set<String> moments = new HashSet<>();
        int anonymous = 0;
        for (int i = 0; i < MESSAGES; i++) {
            final int length = source.encodeNext(buffer, 0, 0, i + 1, 0, 0);
            final DecisionRequestDecoder request = new DecisionRequestDecoder();
            request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
            assertEquals(length, MessageHeaderDecoder.ENCODED_LENGTH + request.sbeDecodedLength());
            assertTrue(request.placementId() > 0);
            request.sbeRewind();
            moments.add(request.moment() + "@" + request.channel());
            request.sbeSkip();
            anonymous += request.customerNamespace() == 0 ? 1 : 0;
        }
        assertEquals(MomentKind.ALL.length, moments.size());
        assertTrue(anonymous > MESSAGES / 50 && anonymous < MESSAGES / 10, "anonymous " + anonymous);
    }

    @Test
    void shouldAllocateNothingPerMessage() {
        final WorldSource source = started(1);
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 16));
        final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long id = Thread.currentThread().threadId();
        // The first rounds still compile and load classes; a round without any allocation proves the path.
        long fewestBytes = Long.MAX_VALUE;
        for (int round = 0; round < 20 && fewestBytes >= 500; round++) {
            final long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < 10_000; i++) {
                source.encodeNext(buffer, 0, 0, i + 1, 0, 0);
            }
            fewestBytes = Math.min(fewestBytes, threads.getThreadAllocatedBytes(id) - before);
        }
        assertTrue(fewestBytes < 500, fewestBytes + " bytes for 10,000 messages");
    }

    @Test
    void shouldWriteACatalogueThatIsWellFormedAndConsistent() throws Exception {
        final World world = new World(WorldSettings.ofSeed(42));
        new WorldCatalogue(world).write(directory);
        final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        final JsonNode places = yaml.readTree(directory.resolve("places.yaml").toFile());
        final JsonNode campaigns = yaml.readTree(directory.resolve("campaigns.yaml").toFile());
        final JsonNode offers = yaml.readTree(directory.resolve("offers.yaml").toFile());
        assertEquals(40, places.path("stores").size());
        assertEquals(7, places.path("placements").size());
        assertEquals(501, offers.path("offers").size());
        final Set<String> campaignIds = new HashSet<>(ids(campaigns.path("campaigns")));
        final Set<String> advertiserIds = new HashSet<>(ids(campaigns.path("advertisers")));
        campaigns.path("campaigns").forEach(campaign ->
            assertTrue(advertiserIds.contains(campaign.path("advertiser").asText())));
        final Set<String> offerIds = new HashSet<>(ids(offers.path("offers")));
        assertEquals(501, offerIds.size());
        for (final JsonNode offer : offers.path("offers")) {
            assertTrue(campaignIds.contains(offer.path("campaign").asText()));
            assertTrue(offer.path("targeting").asText().length() > 5);
            assertTrue(offer.path("creatives").size() > 0);
        }
        places.path("placements").forEach(placement -> assertTrue(
            !placement.has("fallback") || offerIds.contains(placement.path("fallback").asText())));
        final Set<Integer> shapes = new HashSet<>();
        for (int index = 0; index < 500; index++) {
            shapes.add(WorldOffer.of(world, index).shape());
        }
        assertEquals(WorldOffer.SHAPES, shapes.size());
    }

    private static List<String> ids(final JsonNode entries) {
        final List<String> ids = new ArrayList<>();
        entries.forEach(entry -> ids.add(entry.path("id").asText()));
        return ids;
    }

    private static long hash(final long seed) {
        final WorldSource source = started(seed);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
        final CRC32C crc = new CRC32C();
        for (int i = 0; i < MESSAGES; i++) {
            final int length = source.encodeNext(buffer, 0, i & 1_023, i + 1, 0, 0);
            crc.update(buffer.byteArray(), 0, length);
        }
        return crc.getValue();
    }

    private static WorldSource started(final long seed) {
        final WorldSource source = new WorldSource(new World(WorldSettings.ofSeed(seed)), 1);
        final NameTable names = new NameTable();
        source.declareNames(names);
        for (int handle = 0; handle < names.size(); handle++) {
            names.resolve(handle, handle + 1);
        }
        source.onStart(names, 1_024, 0);
        assertEquals(0, names.unresolvedCount(NameKind.OFFER));
        return source;
    }
}
