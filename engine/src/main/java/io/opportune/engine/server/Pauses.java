package io.opportune.engine.server;

import io.opportune.engine.admin.PauseOutcome;
import io.opportune.engine.admin.PausedNames;
import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.NearestNames;
import io.opportune.protocol.codec.NameKind;
import java.util.List;
import java.util.stream.IntStream;

/** Pausing by name, for people. Admin threads. */
final class Pauses {
    private final CatalogueService catalogues;
    private final NameRegistry registry;

    Pauses(final CatalogueService catalogues, final NameRegistry registry) {
        this.catalogues = catalogues;
        this.registry = registry;
    }

    PauseOutcome pause(final boolean campaign, final String name, final boolean paused) {
        final Hold.Target target = campaign ? Hold.Target.CAMPAIGN : Hold.Target.OFFER;
        final Catalogue catalogue = catalogues.current();
        final int id = registry.find(campaign ? NameKind.CAMPAIGN : NameKind.OFFER, name);
        // What has left the catalogue can be resumed, so that it is not paused when it comes back.
        final boolean held = id != 0 && catalogues.holds().isHeld(target, id, HoldReason.PAUSED);
        if (id == 0 || !held && !isIn(catalogue, campaign, id)) {
            return new PauseOutcome(unknown(catalogue, campaign, name), false, 0, "");
        }
        final boolean changed = catalogues.hold(target, id, HoldReason.PAUSED, paused);
        return new PauseOutcome(null, changed, catalogues.holds().epoch(), remark(catalogue, campaign, id, paused));
    }

    private static boolean isIn(final Catalogue catalogue, final boolean campaign, final int id) {
        return campaign ? catalogue.campaigns().stream().anyMatch(each -> each.campaignId() == id)
            : catalogue.offerIndexOf(id) >= 0;
    }

    private static String unknown(final Catalogue catalogue, final boolean campaign, final String name) {
        final List<String> known = campaign ? catalogue.campaigns().stream().map(Campaign::id).toList()
            : IntStream.range(0, catalogue.offerCount()).mapToObj(catalogue::offer).map(Offer::name).toList();
        return '"' + name + "\" is not " + (campaign ? "a campaign" : "an offer") + " of the catalogue; known: "
            + NearestNames.describe(name, known);
    }

    /** Resuming does not help where the files or the campaign say pause. */
    private String remark(final Catalogue catalogue, final boolean campaign, final int id, final boolean paused) {
        if (paused) {
            return "";
        }
        if (campaign) {
            return catalogue.campaigns().stream().anyMatch(each -> each.campaignId() == id && each.paused())
                ? "the catalogue's files say that it is paused" : "";
        }
        final int offerIndex = catalogue.offerIndexOf(id);
        if (offerIndex < 0) {
            return "it is not in the catalogue";
        }
        final Offer offer = catalogue.offer(offerIndex);
        if (catalogues.holds().isHeld(Hold.Target.CAMPAIGN, offer.campaignId(), HoldReason.PAUSED)) {
            return "its campaign \"" + offer.campaign().id() + "\" is paused";
        }
        return offer.paused() ? "the catalogue's files say that it or its campaign is paused" : "";
    }

    PausedNames paused() {
        final Holds holds = catalogues.holds();
        return new PausedNames(holds.epoch(), names(holds, Hold.Target.OFFER, NameKind.OFFER),
            names(holds, Hold.Target.CAMPAIGN, NameKind.CAMPAIGN));
    }

    private List<String> names(final Holds holds, final Hold.Target target, final NameKind kind) {
        return holds.held(target, HoldReason.PAUSED).mapToObj(id -> registry.name(kind, id)).sorted().toList();
    }
}
