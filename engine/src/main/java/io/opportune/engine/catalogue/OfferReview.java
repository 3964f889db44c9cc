package io.opportune.engine.catalogue;

import io.opportune.engine.index.RuleAudit;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Domain;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.Vocabulary;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks through the offers of a good catalogue for rules that never match where the offer is made, and the like. Used
 * by one load, after all names have their ids.
 */
final class OfferReview {
    /** Most warnings listed by one load. */
    static final int MAX_WARNINGS = 200;

    /** The placements of an offer that are alike: on the same of its channels, in the same moments. */
    private record Site(int channelMask, int momentMask) {
    }

    /** Where an offer may be made; offers of the same channels and placements share it. */
    private record Range(int channelMask, Set<Integer> placementIds) {
    }

    private final NameRegistry registry;
    private final RuleCompiler compiler;
    private final Collection<Placement> placements;
    private final Set<String> fallbacks = new HashSet<>();
    private final RuleAudit audit;
    private final Map<Range, List<Map<Integer, Domain>>> contexts = new HashMap<>();
    private final List<CatalogueWarning> warnings = new ArrayList<>();
    private int count;

    OfferReview(
        final AttributeSchema schema, final NameRegistry registry, final RuleCompiler compiler,
        final Collection<Placement> placements) {
        this.registry = registry;
        this.compiler = compiler;
        this.placements = placements;
        audit = new RuleAudit(schema, registry);
        for (final Placement placement : placements) {
            if (placement.fallback() != null) {
                fallbacks.add(placement.fallback().name());
            }
        }
    }

    /** Warnings by file and line. */
    List<CatalogueWarning> warnings() {
        final List<CatalogueWarning> sorted = new ArrayList<>(warnings);
        Collections.sort(sorted);
        return Collections.unmodifiableList(sorted);
    }

    /** Warnings beyond those listed. */
    int suppressed() {
        return count - warnings.size();
    }

    /** Adds what somebody else noticed. */
    void add(final CatalogueWarning warning) {
        count++;
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(warning);
        }
    }

    void review(final OfferDraft offer) {
        reviewCaps(offer);
        final List<Map<Integer, Domain>> sites = contexts.computeIfAbsent(range(offer), this::contextsOf);
        final String fallback = fallbacks.contains(offer.id) ? "it is made only as a fallback" : "it is never made";
        if (sites.isEmpty()) {
            add(CatalogueWarning.Kind.NOWHERE, offer, offer.at,
                new RulePlace(offer.at.line(), offer.at.column(), ""),
                "no placement on the offer's channels makes it, so that " + fallback);
            return;
        }
        if (offer.rule == Rule.ALWAYS || offer.targeting == null) {
            return;
        }
        final List<RuleAudit.Finding> found = audit.audit(offer.rule.root(), sites.getFirst());
        final boolean never = !found.isEmpty() && found.getFirst().kind() == RuleAudit.Kind.NEVER;
        if (!never && matchesNowhere(offer.rule, sites)) {
            add(CatalogueWarning.Kind.NEVER, offer, offer.targeting, RulePlace.of(offer.targeting, 1, 1),
                "the rule matches in none of the offer's placements, so that " + fallback);
        } else if (!found.isEmpty()) {
            locate(offer, sites.getFirst(), fallback);
        }
    }

    /** A decision for an exchange is no contact yet, so that it is not counted. */
    private void reviewCaps(final OfferDraft offer) {
        if ((offer.channelMask >>> Channel.AD_EXCHANGE.value() & 1) != 0
            && offer.caps.stream().anyMatch(cap -> cap.event() == Cap.Event.DECISION)) {
            add(CatalogueWarning.Kind.UNCOUNTED, offer, offer.at,
                new RulePlace(offer.at.line(), offer.at.column(), ""), "a cap for decision does not count bids on "
                + "ad_exchange, which show nothing yet: cap impression there");
        }
    }

    /** Whether a rule that might match in all places together matches in none of them. */
    private boolean matchesNowhere(final Rule rule, final List<Map<Integer, Domain>> sites) {
        return sites.size() > 1
            && sites.subList(1, sites.size()).stream().noneMatch(site -> audit.mayMatch(rule.root(), site));
    }

    /** Finds the same again on a tree that knows its places. */
    private void locate(final OfferDraft offer, final Map<Integer, Domain> context, final String fallback) {
        if (warnings.size() >= MAX_WARNINGS) {
            count++;
            return;
        }
        final RuleCompiler.PlacedTree tree = compiler.place(offer.targeting.text(), registry);
        for (final RuleAudit.Finding finding : audit.audit(tree.root(), context)) {
            if (finding.kind() == RuleAudit.Kind.ALWAYS && offer.targeting.text().strip().equals("true")) {
                continue;
            }
            final CatalogueWarning.Kind kind = switch (finding.kind()) {
                case NEVER -> CatalogueWarning.Kind.NEVER;
                case DEAD_ALTERNATIVE -> CatalogueWarning.Kind.DEAD_ALTERNATIVE;
                case DEAD_VALUE -> CatalogueWarning.Kind.DEAD_VALUE;
                case ALWAYS -> CatalogueWarning.Kind.ALWAYS;
            };
            add(kind, offer, offer.targeting,
                RulePlace.of(offer.targeting, tree.line(finding.at()), tree.column(finding.at())),
                finding.kind() == RuleAudit.Kind.NEVER
                    ? "the rule never matches, so that " + fallback + ": " + finding.words() : finding.words());
        }
    }

    private void add(
        final CatalogueWarning.Kind kind, final OfferDraft offer, final YamlValue at, final RulePlace place,
        final String words) {
        count++;
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(new CatalogueWarning(kind, at.file().path(), place.line(), place.column(), at.path(), offer.id,
                Problems.clip(words) + place.remark()));
        }
    }

    private static Range range(final OfferDraft offer) {
        final Set<Integer> ids = new TreeSet<>();
        for (final int id : offer.placementIds) {
            ids.add(id);
        }
        return new Range(offer.channelMask, ids);
    }

    /** What is known where an offer is made: first in all its placements, then in each sort of them. */
    private List<Map<Integer, Domain>> contextsOf(final Range range) {
        final Map<Site, Set<Integer>> sites = new HashMap<>();
        int channels = 0;
        int moments = 0;
        final Set<Integer> ids = new TreeSet<>();
        for (final Placement placement : placements) {
            final int channelMask = placement.channelMask() & range.channelMask();
            if (channelMask != 0
                && (range.placementIds().isEmpty() || range.placementIds().contains(placement.placementId()))) {
                final int momentMask = placement.momentMask() == 0 ? allMoments() : placement.momentMask();
                sites.computeIfAbsent(new Site(channelMask, momentMask), key -> new TreeSet<>())
                    .add(placement.placementId());
                channels |= channelMask;
                moments |= momentMask;
                ids.add(placement.placementId());
            }
        }
        final List<Map<Integer, Domain>> all = new ArrayList<>();
        if (!sites.isEmpty()) {
            all.add(context(channels, moments, ids));
        }
        if (sites.size() > 1) {
            sites.forEach((site, placed) -> all.add(context(site.channelMask(), site.momentMask(), placed)));
        }
        return all;
    }

    private static int allMoments() {
        return Vocabulary.MOMENT.allCodes().stream().mapToInt(code -> 1 << code).reduce(0, (a, b) -> a | b);
    }

    private static Map<Integer, Domain> context(final int channels, final int moments, final Set<Integer> ids) {
        final Map<Integer, Domain> context = new TreeMap<>();
        context.put(AttributeSchema.MOMENT_CHANNEL, Domain.oneOf(bits(channels)).alwaysThere());
        context.put(AttributeSchema.MOMENT_TYPE, Domain.oneOf(bits(moments)).alwaysThere());
        context.put(AttributeSchema.PLACEMENT_ID,
            Domain.oneOf(ids.stream().map(Integer::longValue).toList()).alwaysThere());
        // Who came for help is not sold to.
        context.put(AttributeSchema.MOMENT_INTENT, Domain.oneOf(Vocabulary.INTENT.allCodes().stream()
            .filter(code -> code != Intent.SUPPORT.value()).map(Integer::longValue).toList()));
        return context;
    }

    private static List<Long> bits(final int mask) {
        final List<Long> codes = new ArrayList<>();
        for (int code = 0; code < Integer.SIZE; code++) {
            if ((mask >>> code & 1) != 0) {
                codes.add((long) code);
            }
        }
        return codes;
    }
}
