package io.opportune.engine.journal;

import io.opportune.protocol.ReasonCode;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Writes the blocks of fixed entries that records carry, as the schema of the journal describes them, as JSON; nothing
 * for an empty one, hexadecimal for one of another length. Stateless.
 */
final class BlockText {
    private static final int POSITION_BYTES = 12;
    private static final String[] POLICIES = {"greedy", "epsilon", "thompson", "softmax"};
    private static final String[] KINDS = {"none", "commit", "release", "reverse"};

    private BlockText() {
    }

    static void reservations(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "reservations", block, 0, ReservationBlock.ENTRY_LENGTH)) {
            return;
        }
        json.beginArray("reservations");
        for (int i = 0; i < block.capacity() / ReservationBlock.ENTRY_LENGTH; i++) {
            json.beginObject().number("offerId", ReservationBlock.offerId(block, 0, i))
                .number("budgetId", ReservationBlock.budgetId(block, 0, i))
                .number("scopeId", ReservationBlock.scopeId(block, 0, i))
                .number("period", ReservationBlock.period(block, 0, i))
                .number("amount", ReservationBlock.amount(block, 0, i))
                .number("holdSeconds", ReservationBlock.holdSeconds(block, 0, i)).endObject();
        }
        json.endArray();
    }

    static void withheld(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "withheld", block, 0, WithheldBlock.ENTRY_LENGTH)) {
            return;
        }
        json.beginArray("withheld");
        for (int at = 0; at < block.capacity(); at += WithheldBlock.ENTRY_LENGTH) {
            final int word = WithheldBlock.reason(block, at);
            final boolean beside = (word & WithheldBlock.BESIDE_OTHERS) != 0;
            final int code = beside ? ReasonCode.BUDGET_EXHAUSTED.code() : word;
            final ReasonCode reason = ReasonCode.of(code);
            json.beginObject().number("offerId", WithheldBlock.offerId(block, at))
                .string("reason", reason == null ? Integer.toString(code) : reason.name());
            if (beside) {
                json.flag("besideOthers", true);
            }
            json.endObject();
        }
        json.endArray();
    }

    static void settlement(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "settlement", block, SettlementBlock.HEADER_LENGTH, SettlementBlock.ENTRY_LENGTH)) {
            return;
        }
        final int kind = block.getByte(0);
        json.beginObject("settlement")
            .string("kind", kind > 0 && kind < KINDS.length ? KINDS[kind] : Integer.toString(kind))
            .beginArray("budgets");
        final int entries = (block.capacity() - SettlementBlock.HEADER_LENGTH) / SettlementBlock.ENTRY_LENGTH;
        for (int i = 0; i < entries; i++) {
            json.beginObject().number("budgetId", SettlementBlock.budgetId(block, 0, i))
                .number("scopeId", SettlementBlock.scopeId(block, 0, i))
                .number("period", SettlementBlock.period(block, 0, i))
                .number("amount", SettlementBlock.amount(block, 0, i)).endObject();
        }
        json.endArray().endObject();
    }

    static void choice(final JsonLine json, final DirectBuffer block) {
        if (block.capacity() == 0) {
            return;
        }
        if (!ChoiceBlock.isWhole(block, 0, block.capacity())) {
            json.hexBytes("choice", block, 0, block.capacity());
            return;
        }
        final int policy = ChoiceBlock.policy(block, 0);
        final int flags = ChoiceBlock.flags(block, 0);
        json.beginObject("choice")
            .string("policy", policy < POLICIES.length ? POLICIES[policy] : Integer.toString(policy))
            .flag("globalControl", (flags & ChoiceBlock.GLOBAL_CONTROL) != 0)
            .flag("campaignControl", (flags & ChoiceBlock.CAMPAIGN_CONTROL) != 0)
            .beginArray("places");
        for (int place = 0; place < ChoiceBlock.placeCount(block, 0); place++) {
            json.beginObject().decimal("probability", ChoiceBlock.probability(block, 0, place)).endObject();
        }
        json.endArray().beginArray("ghosts");
        for (int ghost = 0; ghost < ChoiceBlock.ghostCount(block, 0); ghost++) {
            json.beginObject()
                .number("offerId", ChoiceBlock.ghostOfferId(block, 0, ghost))
                .number("campaignId", ChoiceBlock.ghostCampaignId(block, 0, ghost))
                .number("place", ChoiceBlock.ghostPlace(block, 0, ghost))
                .decimal("propensity", ChoiceBlock.ghostPropensity(block, 0, ghost))
                .decimal("probability", ChoiceBlock.ghostProbability(block, 0, ghost))
                .endObject();
        }
        json.endArray().beginArray("controlledCampaigns");
        for (int control = 0; control < ChoiceBlock.controlCount(block, 0); control++) {
            json.beginObject().number("campaignId", ChoiceBlock.controlledCampaignId(block, 0, control)).endObject();
        }
        json.endArray();
        if ((flags & ChoiceBlock.SECOND_STAGE) != 0) {
            json.beginObject("secondStage").hex64("contentHash", ChoiceBlock.secondHash(block, 0))
                .string("predicts", (flags & ChoiceBlock.SECOND_STAGE_CLICKS) == 0 ? "conversions" : "clicks")
                .string("outcome", ChoiceBlock.secondCount(block, 0) > 0 ? "predicted"
                    : (flags & ChoiceBlock.SECOND_STAGE_FAILED) == 0 ? "skipped" : "failed")
                .beginArray("candidates");
            for (int rank = 0; rank < ChoiceBlock.secondCount(block, 0); rank++) {
                json.beginObject().decimal("logit", ChoiceBlock.secondLogit(block, 0, rank)).endObject();
            }
            json.endArray().endObject();
        }
        json.endObject();
    }

    static void features(final JsonLine json, final DirectBuffer block) {
        if (block.capacity() == 0) {
            return;
        }
        if (!FeatureBlock.isWhole(block, 0, block.capacity())) {
            json.hexBytes("features", block, 0, block.capacity());
            return;
        }
        json.beginObject("features").number("version", FeatureBlock.version(block, 0))
            .number("person", FeatureBlock.person(block, 0)).beginArray("context");
        featureList(json, block, FeatureBlock.HEADER_LENGTH, FeatureBlock.contextCount(block, 0));
        json.endArray().beginArray("places");
        int at = FeatureBlock.firstPlace(block, 0);
        for (int place = 0; place < FeatureBlock.placeCount(block, 0); place++) {
            json.beginObject()
                .number("advertiserId", FeatureBlock.advertiserId(block, at))
                .number("categoryId", FeatureBlock.categoryId(block, at))
                .number("windowSeconds", FeatureBlock.windowSeconds(block, at))
                .number("priorOf", FeatureBlock.priorOf(block, at))
                .decimal("prior", FeatureBlock.prior(block, at))
                .beginArray("pair");
            featureList(json, block, at + FeatureBlock.PLACE_HEADER_LENGTH, FeatureBlock.pairCount(block, at));
            json.endArray().endObject();
            at = FeatureBlock.afterPlace(block, at);
        }
        json.endArray().endObject();
    }

    private static void featureList(final JsonLine json, final DirectBuffer block, final int start, final int count) {
        for (int i = 0; i < count; i++) {
            final int at = start + i * FeatureBlock.FEATURE_LENGTH;
            json.beginObject().number("key", FeatureBlock.key(block, at) & 0xFFFF_FFFFL)
                .decimal("value", FeatureBlock.value(block, at)).endObject();
        }
    }

    static void positions(final JsonLine json, final DirectBuffer block) {
        if (!isWhole(json, "positions", block, 0, POSITION_BYTES)) {
            return;
        }
        json.beginArray("positions");
        for (int at = 0; at < block.capacity(); at += POSITION_BYTES) {
            json.beginObject().number("shard", int32(block, at))
                .hex64("index", block.getLong(at + Integer.BYTES, ByteOrder.LITTLE_ENDIAN)).endObject();
        }
        json.endArray();
    }

    /** What only its owner can read. */
    static void bytes(final JsonLine json, final String name, final DirectBuffer block) {
        if (block.capacity() > 0) {
            json.hexBytes(name, block, 0, block.capacity());
        }
    }

    private static int int32(final DirectBuffer block, final int at) {
        return block.getInt(at, ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether there are entries, all of them whole. */
    private static boolean isWhole(
        final JsonLine json, final String name, final DirectBuffer block, final int headerBytes,
        final int entryBytes) {
        if (block.capacity() == 0) {
            return false;
        }
        final boolean whole = block.capacity() >= headerBytes && (block.capacity() - headerBytes) % entryBytes == 0;
        if (!whole) {
            json.hexBytes(name, block, 0, block.capacity());
        }
        return whole;
    }
}
