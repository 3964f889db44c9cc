/**
 * Tests of the ledger: its parts one by one, and all of them together in a simulation whose clocks, threads, disk and
 * notices are seeded fakes.
 */
package io.opportune.engine.ledger;
