package io.opportune.engine.profile;

/**
 * Where the fields of a profile record of layout version 3 stand.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   | 0  layout version             | 2  flags                      |
 *   +-------------------------------+-------------------------------+
 *   | 4  consent bits                                               |
 *   +---------------------------------------------------------------+
 *   | 8  last applied sequence, int64                               |
 *   +---------------------------------------------------------------+
 *   | 16 created time, ns, int64       24 updated time, ns, int64   |
 *   +---------------------------------------------------------------+
 *   | 32 forward root, upper half      40 lower half   (0,0: none)  |
 *   +---------------------------------------------------------------+
 *   | 48 visit days, 64 bits: bit n: n days before the last visit   |
 *   +---------------------------------------------------------------+
 *   | 56 last visit day                60 days with visits, ever    |
 *   +---------------------------------------------------------------+
 *   | 64 last store                                                 |
 *   +---------------+---------------+---------------+---------------+
 *   | 68 channel    | 69 attributes | 70 segments   | 71 categories |
 *   +---------------+---------------+---------------+---------------+
 *   | 72 items      | 73 flags of   | 74 bytes of   | 75 lines u4   |
 *   |               | counters      | counters      | and claims    |
 *   +---------------+---------------+---------------+---------------+
 *   | 76 refused consent bits                                       |
 *   +---------------------------------------------------------------+
 *   | 80  attribute ids, 6 x int32;  104 types, 6 x uint8;          |
 *   | 110 lines of spending that are not there count as used up     |
 *   |     until this day, u16;       112 values, 6 x int64          |
 *   +---------------------------------------------------------------+
 *   | 160 segment ids, 24 x int32                                   |
 *   +---------------------------------------------------------------+
 *   | 256 items, 12 x uint32 folded; 304 their last days, 12 x u16  |
 *   +---------------------------------------------------------------+
 *   | 328 categories, 6 x 28 bytes:                                 |
 *   |     0 id int32, 4 last purchase day uint16,                   |
 *   |     6 purchases 3 x uint8, 9 reserved(1),                     |
 *   |     10 amounts in micros 3 x int48; bucket 0 is the calendar  |
 *   |     bucket (day / 30) of the last purchase day, 1 before it   |
 *   +---------------------------------------------------------------+
 *   | 496 counters that are not there count as reached until, s     |
 *   +---------------------------------------------------------------+
 *   | 500 last activity, s                                          |
 *   +---------------------------------------------------------------+
 *   | 504 counters of caps and answers to offers, 200 bytes, one    |
 *   |     entry behind the other: see CapCounters; from their end   |
 *   |     backwards what was received of budgets per customer:      |
 *   |     see CustomerSpend                                         |
 *   +---------------------------------------------------------------+
 * </pre>
 */
final class ProfileLayout {
    static final int VERSION = 3;
    static final int LENGTH = 704;

    static final int LAYOUT_VERSION = 0;
    static final int FLAGS = 2;
    static final int CONSENT = 4;
    static final int LAST_APPLIED_SEQUENCE = 8;
    static final int CREATED_TIME = 16;
    static final int UPDATED_TIME = 24;
    static final int FORWARD_HIGH = 32;
    static final int FORWARD_LOW = 40;
    static final int VISIT_DAYS = 48;
    static final int LAST_VISIT_DAY = 56;
    static final int VISIT_COUNT = 60;
    static final int LAST_STORE = 64;
    static final int LAST_CHANNEL = 68;
    static final int ATTRIBUTE_COUNT = 69;
    static final int SEGMENT_COUNT = 70;
    static final int CATEGORY_COUNT = 71;
    static final int ITEM_COUNT = 72;
    static final int COUNTER_FLAGS = 73;
    static final int COUNTER_BYTES = 74;
    static final int SPEND_COUNTS = 75;
    static final int REFUSED_CONSENT = 76;
    static final int SPEND_UNKNOWN_DAY = 110;

    static final int ATTRIBUTE_SLOTS = 6;
    static final int ATTRIBUTE_IDS = 80;
    static final int ATTRIBUTE_TYPES = 104;
    static final int ATTRIBUTE_VALUES = 112;

    static final int SEGMENT_SLOTS = 24;
    static final int SEGMENTS = 160;

    static final int ITEM_SLOTS = 12;
    static final int ITEM_FOLDS = 256;
    static final int ITEM_DAYS = 304;

    static final int CATEGORY_SLOTS = 6;
    static final int CATEGORIES = 328;
    static final int CATEGORY_LENGTH = 28;
    static final int CATEGORY_ID = 0;
    static final int CATEGORY_LAST_DAY = 4;
    static final int CATEGORY_PURCHASES = 6;
    static final int CATEGORY_AMOUNTS = 10;
    static final int AMOUNT_LENGTH = 6;

    static final int UNKNOWN_UNTIL = 496;
    static final int LAST_ACTIVITY = 500;
    static final int COUNTERS = 504;
    static final int COUNTERS_END = 704;

    /** Days of the calendar bucket in which a category's purchases are summed. */
    static final int BUCKET_DAYS = 30;
    static final int BUCKETS = 3;
    /** Most offers whose answers are remembered. */
    static final int ANSWERS = 8;
    /** Days for which a "no" holds an offer back. */
    static final int DECLINE_DAYS = 7;
    static final int MASK_DAYS = 64;
    /** A decline age of this value says that the offer was never declined. */
    static final int NEVER_DECLINED = 255;
    static final int OLDEST_DECLINE_AGE = 254;
    static final int MAX_DAY = 0xffff;
    static final int NIBBLE = 15;
    static final int UBYTE = 255;
    static final int USHORT = 0xffff;
    static final long MAX_AMOUNT = (1L << 47) - 1;

    private ProfileLayout() {
    }

    static int category(final int slot) {
        return CATEGORIES + slot * CATEGORY_LENGTH;
    }

    /** Folds an item id to the 32 bits that a profile keeps of it; ids below 2^32 stand for themselves. */
    static int foldItem(final long itemId) {
        return (int) (itemId ^ (itemId >>> 32) * 0x9e3779b1L);
    }
}
