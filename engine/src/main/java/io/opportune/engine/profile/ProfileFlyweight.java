package io.opportune.engine.profile;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a profile record in place. Used by the shard that owns the record's partition; it never copies and never
 * writes: {@link ProfileUpdates} and {@link ProfileMerge} are the only writers. All numbers are little endian, days are
 * UTC days since 1970, unsigned 16 bits where a slot holds them (0: never). The byte diagram is in {@code
 * ProfileLayout} and in {@code PROFILE.md}.
 */
public final class ProfileFlyweight {
    /** Version that this class reads. */
    public static final int LAYOUT_VERSION = ProfileLayout.VERSION;
    /** Bytes of a record of this version. */
    public static final int LENGTH_BYTES = ProfileLayout.LENGTH;
    /** Most declared attributes of a profile. */
    public static final int ATTRIBUTE_SLOTS = ProfileLayout.ATTRIBUTE_SLOTS;
    /** Most segments of a profile. */
    public static final int SEGMENT_SLOTS = ProfileLayout.SEGMENT_SLOTS;
    /** Most categories that a profile remembers. */
    public static final int CATEGORY_SLOTS = ProfileLayout.CATEGORY_SLOTS;
    /** Most items that a profile remembers. */
    public static final int ITEM_SLOTS = ProfileLayout.ITEM_SLOTS;
    /** Flag: the profile was given to the forward root; only the forward counts once MERGE_PENDING is off. */
    public static final int FORWARDED = 1;
    /** Flag: the forward root has not yet confirmed that it took the profile over. */
    public static final int MERGE_PENDING = 1 << 1;
    /** Bytes in which counters of caps and answers to offers stand. */
    public static final int COUNTER_AREA_BYTES = ProfileLayout.COUNTERS_END - ProfileLayout.COUNTERS;
    /** Most counters and answers of a profile: as many as fit when all are of the shortest kind. */
    public static final int MAX_COUNTERS = COUNTER_AREA_BYTES / 6;
    /** Most offers whose answers are remembered. */
    public static final int MAX_ANSWERS = ProfileLayout.ANSWERS;
    /** Days for which a "no" holds an offer back. */
    public static final int DECLINE_DAYS = ProfileLayout.DECLINE_DAYS;
    /** Count of a counter that may have been forgotten: more than any limit. */
    public static final int UNKNOWN_COUNT = Integer.MAX_VALUE;
    /** What is used of a budget per customer where that was forgotten: more than any limit. */
    public static final long UNKNOWN_SPEND = Long.MAX_VALUE;
    /** Most budgets per customer of which a profile notes something. */
    public static final int MAX_CUSTOMER_BUDGETS = CustomerSpend.MAX_LINES;
    /** Highest limit of a budget per customer that a profile can hold: micros or pieces. */
    public static final long MAX_CUSTOMER_LIMIT = CustomerSpend.MAX_AMOUNT - 1;
    /** Result of "days since" questions when it never happened. */
    public static final int NEVER = Integer.MAX_VALUE;

    private static final long DAY_NS = 86_400_000_000_000L;

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    /** Creates a flyweight over nothing; wrap it or let {@link ProfileStore} do it. */
    public ProfileFlyweight() {
        // The buffer is empty until it is wrapped.
    }

    /**
     * Reads a record wherever it stands, for instance in a copy or a journal record.
     *
     * @param source of the record.
     * @param offset of the record; a multiple of 8 where speed matters.
     * @return this.
     */
    public ProfileFlyweight wrap(final DirectBuffer source, final int offset) {
        buffer.wrap(source, offset, ProfileLayout.LENGTH);
        return this;
    }

    ProfileFlyweight wrap(final long address) {
        buffer.wrap(address, ProfileLayout.LENGTH);
        return this;
    }

    /** The bytes themselves, for this package's writers. */
    MutableDirectBuffer bytes() {
        return buffer;
    }

    /**
     * The record as bytes, for copies and for the journal. Readers must not write to it.
     *
     * @return a buffer of {@link #LENGTH_BYTES}, valid until this flyweight is wrapped again.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * The UTC day of a time.
     *
     * @param timeNs since 1970.
     * @return days since 1970, kept within 1..65535 so that it fits a slot and is never taken for "never".
     */
    public static int dayOf(final long timeNs) {
        return (int) Math.clamp(Math.floorDiv(timeNs, DAY_NS), 1L, ProfileLayout.MAX_DAY);
    }

    /** {@return layout version of the record: {@link #LAYOUT_VERSION} for every record in a live store} */
    public int layoutVersion() {
        return ushort(ProfileLayout.LAYOUT_VERSION);
    }

    /** {@return flags of the record: {@link #FORWARDED} and {@link #MERGE_PENDING}, or'ed} */
    public int flags() {
        return ushort(ProfileLayout.FLAGS);
    }

    /**
     * Whether the profile has been given to another root.
     *
     * @return true when {@link #forwardHigh()} and {@link #forwardLow()} name it.
     */
    public boolean isForwarded() {
        return (flags() & FORWARDED) != 0;
    }

    /**
     * Whether the forward root has yet to confirm.
     *
     * @return true between the journal's MergeOut and MergeDone records.
     */
    public boolean isMergePending() {
        return (flags() & MERGE_PENDING) != 0;
    }

    /**
     * Consent bits as in {@link io.opportune.protocol.Consent}.
     *
     * @return the bits that were granted and not revoked.
     */
    public int consent() {
        return buffer.getInt(ProfileLayout.CONSENT);
    }

    /** {@return consent bits that were revoked and not granted since; disjoint from {@link #consent()}} */
    public int refusedConsent() {
        return buffer.getInt(ProfileLayout.REFUSED_CONSENT);
    }

    /**
     * Sequence of the last journal record of the partition that was applied to this profile.
     *
     * @return 0 when none was.
     */
    public long lastAppliedSequence() {
        return buffer.getLong(ProfileLayout.LAST_APPLIED_SEQUENCE);
    }

    /** {@return business time of the first record applied: ns since 1970; 0 in a record that was just created} */
    public long createdTimeNs() {
        return buffer.getLong(ProfileLayout.CREATED_TIME);
    }

    /** {@return business time of the last record applied: ns since 1970} */
    public long updatedTimeNs() {
        return buffer.getLong(ProfileLayout.UPDATED_TIME);
    }

    /** {@return upper half of the root this profile was given to: meaningful when {@link #isForwarded()}} */
    public long forwardHigh() {
        return buffer.getLong(ProfileLayout.FORWARD_HIGH);
    }

    /** {@return lower half of the root this profile was given to: meaningful when {@link #isForwarded()}} */
    public long forwardLow() {
        return buffer.getLong(ProfileLayout.FORWARD_LOW);
    }

    /** {@return days with a visit in the whole lifetime: 0 or more} */
    public int visitCount() {
        return buffer.getInt(ProfileLayout.VISIT_COUNT);
    }

    /** {@return day of the last visit: days since 1970; 0 when there was none} */
    public int lastVisitDay() {
        return buffer.getInt(ProfileLayout.LAST_VISIT_DAY);
    }

    /**
     * Days with a visit among the last days, today included. Exact.
     *
     * @param nowDay today.
     * @param days   1..64.
     * @return 0..days.
     */
    public int visitsInDays(final int nowDay, final int days) {
        final int age = nowDay - lastVisitDay();
        final int kept = Math.min(days, ProfileLayout.MASK_DAYS) - Math.max(0, age);
        if (kept <= 0) {
            return 0;
        }
        return Long.bitCount(buffer.getLong(ProfileLayout.VISIT_DAYS) & -1L >>> (ProfileLayout.MASK_DAYS - kept));
    }

    /**
     * Days since the last visit.
     *
     * @param nowDay today.
     * @return 0 or more, or {@link #NEVER}.
     */
    public int daysSinceVisit(final int nowDay) {
        return since(nowDay, lastVisitDay());
    }

    /** {@return channel of the last visit, as on the wire: 0 when unknown} */
    public int lastChannel() {
        return ubyte(ProfileLayout.LAST_CHANNEL);
    }

    /** {@return store of the last visit that had one: registry id; 0 when unknown} */
    public int lastStoreId() {
        return buffer.getInt(ProfileLayout.LAST_STORE);
    }

    /** {@return how many declared attributes there are: 0..6} */
    public int attributeCount() {
        return ubyte(ProfileLayout.ATTRIBUTE_COUNT);
    }

    /**
     * Id of a declared attribute.
     *
     * @param slot 0..{@link #attributeCount()} - 1.
     * @return registry id.
     */
    public int attributeId(final int slot) {
        return buffer.getInt(ProfileLayout.ATTRIBUTE_IDS + slot * BitUtil.SIZE_OF_INT);
    }

    /**
     * Type of a declared attribute, as the wire's AttributeType.
     *
     * @param slot 0..{@link #attributeCount()} - 1.
     * @return 1..255.
     */
    public int attributeType(final int slot) {
        return ubyte(ProfileLayout.ATTRIBUTE_TYPES + slot);
    }

    /**
     * Value of a declared attribute; its meaning follows from the type.
     *
     * @param slot 0..{@link #attributeCount()} - 1.
     * @return 64 bits.
     */
    public long attributeValue(final int slot) {
        return buffer.getLong(ProfileLayout.ATTRIBUTE_VALUES + slot * BitUtil.SIZE_OF_LONG);
    }

    /**
     * Looks for a declared attribute.
     *
     * @param attributeId registry id.
     * @return its slot, or -1.
     */
    public int findAttribute(final int attributeId) {
        return findInt(ProfileLayout.ATTRIBUTE_IDS, BitUtil.SIZE_OF_INT, attributeCount(), attributeId);
    }

    /** {@return how many segments the customer is in: 0..24} */
    public int segmentCount() {
        return ubyte(ProfileLayout.SEGMENT_COUNT);
    }

    /**
     * A segment of the customer.
     *
     * @param slot 0..{@link #segmentCount()} - 1.
     * @return registry id.
     */
    public int segment(final int slot) {
        return buffer.getInt(ProfileLayout.SEGMENTS + slot * BitUtil.SIZE_OF_INT);
    }

    /**
     * Looks for a segment.
     *
     * @param segmentId registry id.
     * @return its slot, or -1.
     */
    public int findSegment(final int segmentId) {
        return findInt(ProfileLayout.SEGMENTS, BitUtil.SIZE_OF_INT, segmentCount(), segmentId);
    }

    /** {@return how many categories are remembered: 0..6} */
    public int categoryCount() {
        return ubyte(ProfileLayout.CATEGORY_COUNT);
    }

    /**
     * Id of a remembered category.
     *
     * @param slot 0..{@link #categoryCount()} - 1.
     * @return registry id.
     */
    public int categoryId(final int slot) {
        return buffer.getInt(ProfileLayout.category(slot));
    }

    /**
     * Looks for a category.
     *
     * @param categoryId registry id.
     * @return its slot, or -1.
     */
    public int findCategory(final int categoryId) {
        return findInt(ProfileLayout.CATEGORIES, ProfileLayout.CATEGORY_LENGTH, categoryCount(), categoryId);
    }

    /**
     * Day of the last purchase in a category.
     *
     * @param slot 0..{@link #categoryCount()} - 1.
     * @return days since 1970.
     */
    public int lastPurchaseDay(final int slot) {
        return ushort(ProfileLayout.category(slot) + ProfileLayout.CATEGORY_LAST_DAY);
    }

    /**
     * Days since the last purchase in a category.
     *
     * @param slot   0..{@link #categoryCount()} - 1.
     * @param nowDay today.
     * @return 0 or more.
     */
    public int daysSincePurchase(final int slot, final int nowDay) {
        return since(nowDay, lastPurchaseDay(slot));
    }

    /**
     * Purchase lines of a category in a window, from 30-day calendar buckets. For 30 days: the current bucket and the
     * share of the bucket before that the window covers, rounded up, so it is off by at most that bucket's count. For
     * 90 days: the current bucket and the two before, which is the last 61 to 90 days. Nothing bought within the window
     * gives 0 in both. Each bucket counts to 255.
     *
     * @param slot   0..{@link #categoryCount()} - 1.
     * @param days   30 or 90.
     * @param nowDay today.
     * @return 0 or more.
     */
    public int purchases(final int slot, final int days, final int nowDay) {
        return ProfileWindows.purchases(this, slot, days, nowDay);
    }

    /**
     * Amount spent on a category in a window; the buckets are those of {@link #purchases}, the share of the bucket
     * before is rounded towards zero.
     *
     * @param slot   0..{@link #categoryCount()} - 1.
     * @param days   30 or 90.
     * @param nowDay today.
     * @return micros of the store's currency; negative when more was returned than bought.
     */
    public long amountMicros(final int slot, final int days, final int nowDay) {
        return ProfileWindows.amountMicros(this, slot, days, nowDay);
    }

    /**
     * Whether an item was bought recently. Items are kept folded to 32 bits, the last 12 different ones.
     *
     * @param itemId as on the wire.
     * @param nowDay today.
     * @param days   1 or more; 1 means today only.
     * @return true when the item was bought within the days.
     */
    public boolean boughtItemWithin(final long itemId, final int nowDay, final int days) {
        final int slot = findItem(itemId);
        return slot >= 0 && since(nowDay, itemDay(slot)) < days;
    }

    /** {@return how many items are remembered: 0..12} */
    public int itemCount() {
        return ubyte(ProfileLayout.ITEM_COUNT);
    }

    int findItem(final long itemId) {
        return findInt(
            ProfileLayout.ITEM_FOLDS, BitUtil.SIZE_OF_INT, itemCount(), ProfileLayout.foldItem(itemId));
    }

    /**
     * Folds an item's id to the 32 bits that a profile keeps of it.
     *
     * @param itemId as on the wire.
     * @return the id itself where it is below 2^32.
     */
    public static int foldItem(final long itemId) {
        return ProfileLayout.foldItem(itemId);
    }

    /**
     * A remembered item.
     *
     * @param slot 0..{@link #itemCount()} - 1, in no order.
     * @return its id, folded as {@link #foldItem} does.
     */
    public int itemFold(final int slot) {
        return buffer.getInt(ProfileLayout.ITEM_FOLDS + slot * BitUtil.SIZE_OF_INT);
    }

    /**
     * Day on which a remembered item was last bought.
     *
     * @param slot 0..{@link #itemCount()} - 1.
     * @return days since 1970.
     */
    public int itemDay(final int slot) {
        return ushort(ProfileLayout.ITEM_DAYS + slot * BitUtil.SIZE_OF_SHORT);
    }

    /**
     * The first counter, or answer to an offer; see {@link #nextCounter}.
     *
     * @return its position, or -1 when there is none.
     */
    public int firstCounter() {
        return CapCounters.end(this) == ProfileLayout.COUNTERS ? -1 : ProfileLayout.COUNTERS;
    }

    /**
     * The counter, or answer to an offer, behind another one.
     *
     * @param position of that one.
     * @return its position, or -1 when there is none.
     */
    public int nextCounter(final int position) {
        final int next = position + CapCounters.lengthAt(this, position);
        return next >= CapCounters.end(this) ? -1 : next;
    }

    /**
     * Whether what stands at a position are answers to an offer, not a counter.
     *
     * @param position of {@link #firstCounter} or {@link #nextCounter}.
     * @return true when {@link #answersOfferId} names the offer.
     */
    public boolean isAnswers(final int position) {
        return CapCounters.isAnswers(this, position);
    }

    /**
     * Key of a counter.
     *
     * @param position of a counter.
     * @return as {@link CapKey#of} gives it.
     */
    public int counterKey(final int position) {
        return CapCounters.key(this, position);
    }

    /** {@return bytes of the area that counters and answers take: 0..{@link #COUNTER_AREA_BYTES}} */
    public int counterBytes() {
        return CapCounters.end(this) - ProfileLayout.COUNTERS;
    }

    /** {@return bytes of the same area that budgets per customer take} */
    public int customerSpendBytes() {
        return CustomerSpend.lengthBytes(this);
    }

    /**
     * How often something was counted.
     *
     * @param key               of {@link CapKey#of}.
     * @param window            that the key was made with.
     * @param days              of {@link CapWindow#DAYS}, 1..8; otherwise ignored.
     * @param person            tag of the person in a household, 0 when it is not known or there is no household; then
     *                          the counts of all persons add up.
     * @param timeNs            now.
     * @param sessionGapSeconds pause after which a session is over; only asked for {@link CapWindow#SESSION}.
     * @return 0 or more; {@link #UNKNOWN_COUNT} when a counter may have been forgotten.
     */
    public int counted(
        final int key, final CapWindow window, final int days, final int person, final long timeNs,
        final int sessionGapSeconds) {
        return CapCounters.counted(
            this, key, window, days, person, CapCounters.secondOf(timeNs), sessionGapSeconds);
    }

    /** {@return until when counters with windows that are not there count as reached: s since 1970, 0 for never} */
    public long countersUnknownUntilSecond() {
        return CapCounters.unknownUntil(this);
    }

    /** {@return whether a counter of a lifetime was forgotten} */
    public boolean lifetimeCountersUnknown() {
        return (CapCounters.flags(this) & CapCounters.LIFETIME_UNKNOWN) != 0;
    }

    /** {@return whether a counter of this session was forgotten} */
    public boolean sessionCountersUnknown() {
        return (CapCounters.flags(this) & CapCounters.SESSION_UNKNOWN) != 0;
    }

    /**
     * Looks for what the customer answered to an offer.
     *
     * @param offerId registry id.
     * @return position, or -1 when nothing is remembered.
     */
    public int findAnswers(final int offerId) {
        return CapCounters.findAnswers(this, offerId);
    }

    /**
     * Offer of answers.
     *
     * @param position of answers.
     * @return registry id.
     */
    public int answersOfferId(final int position) {
        return buffer.getInt(position);
    }

    /**
     * How often the customer asked for more.
     *
     * @param position of answers.
     * @return 0..15, saturating.
     */
    public int clicks(final int position) {
        return CapCounters.clicks(this, position);
    }

    /**
     * How often the customer said no.
     *
     * @param position of answers.
     * @return 0..15, saturating.
     */
    public int declines(final int position) {
        return CapCounters.declines(this, position);
    }

    /**
     * Day of the last answer.
     *
     * @param position of answers.
     * @return days since 1970.
     */
    public int lastAnswerDay(final int position) {
        return CapCounters.lastDay(this, position);
    }

    /**
     * Day on which the offer was last declined.
     *
     * @param position of answers.
     * @return days since 1970, 0 when never; exact for 254 days before the last answer, then the oldest such day.
     */
    public int lastDeclineDay(final int position) {
        return CapCounters.lastDeclineDay(this, position);
    }

    /**
     * How much of a budget per customer this customer has received, and may yet receive by offers that are open.
     *
     * @param budgetId of the budget.
     * @param day      local day in the campaign's zone, days since 1970; 0 for a budget in all.
     * @param timeNs   now.
     * @return micros or pieces, 0 or more; {@link #UNKNOWN_SPEND} when it may have been forgotten.
     */
    public long customerUsed(final int budgetId, final int day, final long timeNs) {
        return CustomerSpend.used(this, budgetId, day, CapCounters.secondOf(timeNs));
    }

    /**
     * The part of {@link #customerUsed} that is only reserved.
     *
     * @param budgetId of the budget.
     * @param day      local day, or 0.
     * @param timeNs   now.
     * @return micros or pieces, 0 or more.
     */
    public long customerReserved(final int budgetId, final int day, final long timeNs) {
        return CustomerSpend.reserved(this, budgetId, day, CapCounters.secondOf(timeNs));
    }

    /**
     * Whether a budget has a line in the profile that nothing pushes out.
     *
     * @param budgetId of the budget.
     * @param timeNs   now.
     * @return false when what is reserved of it needs {@link #hasRoomFor room for a line}.
     */
    public boolean hasCustomerLine(final int budgetId, final long timeNs) {
        return CustomerSpend.hasLine(this, budgetId, CapCounters.secondOf(timeNs));
    }

    /**
     * Whether so much more can be reserved of budgets per customer, however much of each.
     *
     * @param newLines  budgets without a line.
     * @param newClaims offers.
     * @param timeNs    now.
     * @return false when nothing more must be offered under such budgets.
     */
    public boolean hasRoomFor(final int newLines, final int newClaims, final long timeNs) {
        return CustomerSpend.hasRoom(this, newLines, newClaims, CapCounters.secondOf(timeNs));
    }

    /** {@return whether anything is noted of budgets per customer} */
    public boolean hasCustomerSpend() {
        return buffer.getByte(ProfileLayout.SPEND_COUNTS) != 0;
    }

    /** {@return budgets per customer of which something is noted, 0..8} */
    public int customerLines() {
        return CustomerSpend.lineCount(this);
    }

    /**
     * Budget of a line.
     *
     * @param line 0..{@link #customerLines()} - 1, in no order.
     * @return id of the budget.
     */
    public int customerLineBudget(final int line) {
        return CustomerSpend.budgetId(this, line);
    }

    /**
     * Whether it is known that an offer of a decision was redeemed, or its bid paid for.
     *
     * @param tag of {@link CountsBlock#claimTag}.
     * @return false also when that was forgotten.
     */
    public boolean isSpentClaim(final int tag) {
        return CustomerSpend.isSpentClaim(this, tag);
    }

    int storedPurchases(final int slot, final int bucket) {
        return ubyte(ProfileLayout.category(slot) + ProfileLayout.CATEGORY_PURCHASES + bucket);
    }

    long storedAmountMicros(final int slot, final int bucket) {
        final int at =
            ProfileLayout.category(slot) + ProfileLayout.CATEGORY_AMOUNTS + bucket * ProfileLayout.AMOUNT_LENGTH;
        final long low = ushort(at);
        final long middle = ushort(at + 2);
        return low | middle << 16 | (long) buffer.getShort(at + 4) << 32;
    }

    private int findInt(final int base, final int stride, final int count, final int wanted) {
        for (int slot = 0; slot < count; slot++) {
            if (buffer.getInt(base + slot * stride) == wanted) {
                return slot;
            }
        }
        return -1;
    }

    private static int since(final int nowDay, final int day) {
        return day == 0 ? NEVER : Math.max(0, nowDay - day);
    }

    private int ubyte(final int at) {
        return buffer.getByte(at) & ProfileLayout.UBYTE;
    }

    private int ushort(final int at) {
        return buffer.getShort(at) & ProfileLayout.USHORT;
    }
}
