/**
 * Deciding again from the journal: every recorded decision is made once more, with the state, the catalogue and the
 * business time it was made with, and compared. Keeps old catalogues for that, and reads the registry's queue. Runs
 * outside the server or on its control threads, never on a shard.
 */
package io.opportune.engine.replay;
