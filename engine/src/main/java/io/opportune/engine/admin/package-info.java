/**
 * The server's admin port: health, metrics, status, catalogue reload and snapshot over HTTP. Runs on its own few
 * threads, reads counters and recorders without making their writers wait, and never takes part in a decision. Called
 * by the composition root, which implements {@link io.opportune.engine.admin.AdminOperations}.
 */
package io.opportune.engine.admin;
