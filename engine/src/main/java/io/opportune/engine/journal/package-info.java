/**
 * The journal: every decision, event and command as one SBE record in an append-only queue on disk, which is the truth
 * that all other state is rebuilt from. One queue has one {@link io.opportune.engine.journal.JournalWriter}, owned by
 * one shard's thread; any number of {@link io.opportune.engine.journal.JournalReader}s, in this process or another, may
 * read it meanwhile. This is the only package that knows Chronicle Queue; nothing of it shows in the public types.
 */
package io.opportune.engine.journal;
