package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JournalSettingsTest {
    private final JournalSettings valid = JournalSettings.defaults();

    @Test
    void shouldNameTheFieldWhatWasFoundAndWhatIsAllowed() {
        assertRefused("sync is null", () -> valid.withSync(null, 1));
        assertRefused("syncIntervalNs is 0, allowed: 1 or more", () -> valid.withSync(SyncPolicy.INTERVAL, 0));
        assertRefused("roll is null", () -> valid.withRoll(null));
        assertRefused("minFreeBytes is -1, allowed: 0 or more", () -> valid.withMinFreeBytes(-1));
        assertRefused("reserveBytes is 1000", () -> valid.withSizes(16 << 20, 1000, 4096));
        assertRefused("blockSizeBytes is 3145728", () -> valid.withSizes(3 << 20, 1 << 20, 4096));
        assertRefused("maxRecordLengthBytes is 63", () -> valid.withSizes(16 << 20, 1 << 20, 63));
        assertRefused("maxRecordLengthBytes is 2097153", () -> valid.withSizes(16 << 20, 1 << 20, (2 << 20) + 1));
    }

    private static void assertRefused(final String message, final Runnable settings) {
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, settings::run);
        assertEquals("journal settings: " + message,
            refused.getMessage().substring(0, ("journal settings: " + message).length()));
    }
}
