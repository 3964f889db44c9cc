package io.opportune.engine.decision;

/** Whether the customer of the request at hand is in a control group. One thread; allocates nothing. */
public interface ControlCheck {
    /** Nobody is in any group. */
    ControlCheck NONE = new ControlCheck() {
        @Override
        public boolean exists() {
            return false;
        }

        @Override
        public boolean inGlobal() {
            return false;
        }

        @Override
        public boolean inCampaign(final int campaignId) {
            return false;
        }
    };

    /**
     * Whether there are control groups at all.
     *
     * @return false: nobody is asked about.
     */
    boolean exists();

    /**
     * Whether the customer is offered nothing at all.
     *
     * @return true in the control group of all offers.
     */
    boolean inGlobal();

    /**
     * Whether the customer is offered nothing of a campaign.
     *
     * @param campaignId registry id.
     * @return true in the campaign's control group.
     */
    boolean inCampaign(int campaignId);
}
