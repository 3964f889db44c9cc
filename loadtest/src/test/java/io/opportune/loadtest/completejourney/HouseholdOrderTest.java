package io.opportune.loadtest.completejourney;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HouseholdOrderTest {
    private final HouseholdOrder order = new HouseholdOrder(4, 3);

    @Test
    void shouldKeepAHouseholdsMessagesInOrderAndFollowUpsFirst() {
        order.sent(1);
        assertTrue(order.mustWait(1));
        assertFalse(order.mustWait(2));
        assertTrue(order.defer(1, 10));
        assertTrue(order.defer(1, 11));
        assertEquals(-1, order.takeReady());
        order.settled(1, true);
        assertEquals(1, order.takeReady());
        assertTrue(order.takeUrgent(1));
        order.sent(1);
        order.settled(1, false);
        assertEquals(1, order.takeReady());
        assertFalse(order.takeUrgent(1));
        assertEquals(10, order.takeWaiting(1));
        order.sent(1);
        assertTrue(order.mustWait(1));
        order.settled(1, false);
        assertEquals(1, order.takeReady());
        assertEquals(11, order.takeWaiting(1));
        assertTrue(order.idle());
    }

    @Test
    void shouldRefuseMoreThanItsCapacityAndRecover() {
        order.sent(0);
        assertTrue(order.defer(0, 1) && order.defer(0, 2) && order.defer(0, 3));
        assertFalse(order.defer(0, 4));
        order.settled(0, false);
        assertEquals(0, order.takeReady());
        assertEquals(1, order.takeWaiting(0));
        assertTrue(order.defer(0, 4));
    }
}
