package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import org.junit.jupiter.api.Test;

class DayPartsTest {
    @Test
    void shouldBeOpenInTheHoursGivenOnly() {
        final DayParts parts = DayParts.none().with(DayOfWeek.TUESDAY, 9, 12).with(DayOfWeek.SUNDAY, 23, 24);
        int open = 0;
        for (int hour = 0; hour < 168; hour++) {
            open += parts.isOpen(hour) ? 1 : 0;
        }
        assertEquals(4, open);
        assertTrue(parts.isOpen(24 + 9));
        assertTrue(parts.isOpen(24 + 11));
        assertFalse(parts.isOpen(24 + 12));
        assertTrue(parts.isOpen(167));
    }

    @Test
    void shouldBeEqualWhenTheHoursAre() {
        final DayParts masks = DayParts.of(3, 0, 0, 0, 0, 0, 0);
        assertEquals(DayParts.none().with(DayOfWeek.MONDAY, 0, 2), masks);
        assertEquals(DayParts.none().with(DayOfWeek.MONDAY, 0, 2).hashCode(), masks.hashCode());
        assertNotEquals(DayParts.always(), DayParts.none());
    }

    @Test
    void shouldRefuseHoursThatNoDayHas() {
        assertThrows(IllegalArgumentException.class, () -> DayParts.none().with(DayOfWeek.MONDAY, 9, 25));
        assertThrows(IllegalArgumentException.class, () -> DayParts.none().with(DayOfWeek.MONDAY, 9, 9));
        assertThrows(IllegalArgumentException.class, () -> DayParts.none().with(DayOfWeek.MONDAY, -1, 9));
        assertThrows(IllegalArgumentException.class, () -> DayParts.of(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> DayParts.of(1 << 24, 0, 0, 0, 0, 0, 0));
    }
}
