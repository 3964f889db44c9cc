package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decoding and deciding allocate nothing, whether an outcome is remembered or not. */
@Timeout(60)
class PrivacyAllocationTest {
    private static final int MEASURED = 100_000;
    /** Nothing is meant; the JVM's own bookkeeping may show up. */
    private static final double TOLERATED_BYTES = 0.05;

    private final List<UnsafeBuffer> tcStrings = new ArrayList<>();
    private final List<UnsafeBuffer> gppStrings = new ArrayList<>();
    private final TcfString tcf = new TcfString();
    private final GppString gpp = new GppString();
    private final UsPrivacyString usPrivacy = new UsPrivacyString();
    private final PrivacySignals signals = new PrivacySignals();
    private final PrivacyDecision decision = new PrivacyDecision();
    private int valid;
    private int permitted;

    private static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void fill() {
        for (int i = 0; i < 40; i++) {
            tcStrings.add(buffer(TcStrings.permissive().vendorConsents(1 + i, TcStrings.VENDOR)
                .restrict(1 + i % 24, i % 4, 100 + i, 300).disclosed(i + 1, TcStrings.VENDOR).build()));
            tcStrings.add(buffer(TcStrings.permissive().build().substring(0, 30 + i)));
        }
        for (int id = 7; id <= 22; id++) {
            final String us = GppStrings.us(id, GppStrings.permissive(id));
            gppStrings.add(buffer(us));
            gppStrings.add(buffer(GppStrings.withHeader(new int[] {2, 5, 6, id}, TcStrings.permissive().build(),
                TcStrings.permissive().buildCanada(), "1YNN", us.split("~")[1])));
            gppStrings.add(buffer(us.substring(0, us.length() - 4)));
        }
    }

    /** Something that is done for one request. */
    @FunctionalInterface
    private interface Work {
        void run(int i);
    }

    private static void assertAllocatesNothing(final String what, final Work work) {
        final double bytes = (double) AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < MEASURED; i++) {
                work.run(i);
            }
        }) / MEASURED;
        assertTrue(bytes <= TOLERATED_BYTES, () -> what + " allocates " + bytes + " bytes");
    }

    private void decode(final int i) {
        final UnsafeBuffer consent = tcStrings.get(i % tcStrings.size());
        final UnsafeBuffer platform = gppStrings.get(i % gppStrings.size());
        valid += tcf.decode(consent, 0, consent.capacity()) == DecodeStatus.VALID ? 1 : 0;
        valid += gpp.decode(platform, 0, platform.capacity()) == DecodeStatus.VALID ? 1 : 0;
        valid += usPrivacy.decode(consent, 0, 4) == DecodeStatus.VALID ? 1 : 0;
        valid += tcf.vendorConsent(TcStrings.VENDOR) ? 1 : 0;
    }

    private void evaluate(final PrivacyGate gate, final int i) {
        final UnsafeBuffer consent = tcStrings.get(i % tcStrings.size());
        final UnsafeBuffer platform = gppStrings.get(i % gppStrings.size());
        signals.reset().gdpr(i & 1).consent(consent, 0, consent.capacity());
        if ((i & 2) == 0) {
            signals.gpp(platform, 0, platform.capacity());
        }
        if ((i & 4) == 0) {
            signals.addSectionId(2).addSectionId(7);
        }
        gate.evaluate(signals, decision);
        permitted += decision.permitted() != 0 ? 1 : 0;
        permitted += decision.reason() == PrivacyReason.GPP_INVALID ? 1 : 0;
    }

    @Test
    void shouldAllocateNothing() {
        fill();
        assertAllocatesNothing("decoding", this::decode);
        assertTrue(valid > MEASURED / 10);
        final PrivacySettings.Builder settings = PrivacySettings.builder().vendorId(TcStrings.VENDOR);
        final PrivacyGate remembering = new PrivacyGate(settings.cache(1024, 2000).build());
        assertAllocatesNothing("deciding, remembered", i -> evaluate(remembering, i));
        assertTrue(remembering.cacheHits() > remembering.cacheMisses());
        final PrivacyGate forgetful = new PrivacyGate(settings.cache(4, 2000).build());
        assertAllocatesNothing("deciding, mostly forgotten", i -> evaluate(forgetful, i));
        assertTrue(forgetful.cacheMisses() > forgetful.cacheHits());
        final PrivacyGate decoding = new PrivacyGate(settings.cache(0, 1).build());
        assertAllocatesNothing("deciding, never remembered", i -> evaluate(decoding, i));
        assertTrue(permitted > MEASURED / 10);
    }
}
