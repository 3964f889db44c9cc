/**
 * Who is in a control group: customers to whom nothing, or nothing of one campaign, is offered, so that what offers
 * bring can be told by comparison. Asked by shards for each decision; made by control for each catalogue.
 */
package io.opportune.engine.experiment;
