package io.opportune.loadtest.world;

import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;

/** The mix of moments: how often each comes, where, and with what intent as a rule. */
enum MomentKind {
    BASKET_AT_TILL(0.22, Moment.BASKET_UPDATE, Channel.TILL, WorldNames.TILL_BASKET, Intent.BUYING),
    BASKET_AT_SELF_CHECKOUT(0.10, Moment.BASKET_UPDATE, Channel.SELF_CHECKOUT, WorldNames.TILL_BASKET, Intent.BUYING),
    TENDER(0.14, Moment.TENDER, Channel.TILL, WorldNames.TILL_TENDER, Intent.BUYING),
    STORE_ENTRY(0.08, Moment.STORE_ENTRY, Channel.STORE_SCREEN, WorldNames.ENTRANCE_SCREEN, Intent.UNKNOWN),
    AISLE(0.12, Moment.AISLE, Channel.STORE_SCREEN, WorldNames.AISLE_SCREEN, Intent.BROWSING),
    APP_OPEN(0.14, Moment.APP_OPEN, Channel.APP, WorldNames.APP_HOME, Intent.UNKNOWN),
    PRODUCT_VIEW(0.05, Moment.PRODUCT_VIEW, Channel.APP, WorldNames.APP_HOME, Intent.BROWSING),
    PAGE_VIEW(0.09, Moment.PAGE_VIEW, Channel.WEB, WorldNames.WEB_BANNER, Intent.BROWSING),
    SEARCH(0.03, Moment.SEARCH, Channel.WEB, WorldNames.WEB_BANNER, Intent.BUYING),
    RETURN(0.02, Moment.RETURN, Channel.TILL, WorldNames.SERVICE_DESK, Intent.SUPPORT),
    SUPPORT(0.01, Moment.SUPPORT_CONTACT, Channel.CALL_CENTRE, WorldNames.SERVICE_DESK, Intent.SUPPORT);

    static final MomentKind[] ALL = values();

    final double share;
    final Moment moment;
    final Channel channel;
    final int placement;
    final Intent intent;

    MomentKind(
        final double share, final Moment moment, final Channel channel, final int placement, final Intent intent) {
        this.share = share;
        this.moment = moment;
        this.channel = channel;
        this.placement = placement;
        this.intent = intent;
    }

    /** Draws one by share; the shares add up to 1. */
    static MomentKind draw(final RandomStream random) {
        double rest = random.nextDouble();
        for (final MomentKind kind : ALL) {
            rest -= kind.share;
            if (rest < 0) {
                return kind;
            }
        }
        return SUPPORT;
    }

    boolean hasBasket() {
        return this == BASKET_AT_TILL || this == BASKET_AT_SELF_CHECKOUT || this == TENDER || this == RETURN;
    }

    boolean inStore() {
        return channel == Channel.TILL || channel == Channel.SELF_CHECKOUT || channel == Channel.STORE_SCREEN;
    }

    boolean appAccount() {
        return channel == Channel.APP;
    }
}
