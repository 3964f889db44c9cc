/**
 * The bidder under the load of an exchange: the captured requests with seeded users, time and consent, answered by a
 * server with a catalogue of line items and a million profiles, beside nginx and a bare Netty server; and under twice
 * the load that it can bear, with little time. The servers run in processes of their own on one core.
 */
package io.opportune.bench.bid;
