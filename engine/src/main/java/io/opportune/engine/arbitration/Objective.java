package io.opportune.engine.arbitration;

/** What a placement is to bring. It says which propensity is meant and whether money counts. */
public enum Objective {
    /** Clicks or accepts: how likely one is. */
    CLICKS(false),
    /** Redemptions or conversions: how likely one is. */
    CONVERSIONS(false),
    /** Turnover: how likely a conversion is, times its amount. */
    REVENUE(true),
    /** Profit: how likely a conversion is, times what is left of its amount. */
    MARGIN(true);

    private final boolean money;

    Objective(final boolean money) {
        this.money = money;
    }

    /**
     * Whether candidates are worth different amounts.
     *
     * @return true when the value counts.
     */
    public boolean isMoney() {
        return money;
    }
}
