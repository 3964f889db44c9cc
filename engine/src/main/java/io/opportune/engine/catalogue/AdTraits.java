package io.opportune.engine.catalogue;

import java.util.List;

/**
 * What an exchange is told of an advertiser and its product, whatever the creative looks like. Each part comes from the
 * creative, else from its campaign, else from the advertiser.
 *
 * @param adomain the advertiser's domains, lower case; empty when none is given.
 * @param cat     categories of the product; empty when none is given.
 * @param cattax  taxonomy of the categories: AdCOM 1.0, list Category Taxonomies; 1 is IAB Content Taxonomy 1.0.
 * @param lang    language of the creative as a BCP 47 tag, {@code xx} when it has none; empty when none is given.
 * @param bundle  store id of the advertised app; empty when it is none.
 */
public record AdTraits(List<String> adomain, List<String> cat, int cattax, String lang, String bundle) {
    /** Nothing is said. */
    public static final AdTraits NONE = new AdTraits(List.of(), List.of(), 1, "", "");

    /** Makes the lists unmodifiable. */
    public AdTraits {
        adomain = List.copyOf(adomain);
        cat = List.copyOf(cat);
    }

    /** These, and what they leave open from others. */
    AdTraits orElse(final AdTraits others) {
        return new AdTraits(adomain.isEmpty() ? others.adomain : adomain, cat.isEmpty() ? others.cat : cat,
            cat.isEmpty() ? others.cattax : cattax, lang.isEmpty() ? others.lang : lang,
            bundle.isEmpty() ? others.bundle : bundle);
    }
}
