/**
 * What is remembered of customers: fixed-layout profile records in Chronicle Map, one map per partition, read in place;
 * the identity index; and copies of both. A partition's map is touched only by the shard that owns the partition; the
 * identity index is read by event loops too. Alone in this module this package knows Chronicle Map. Everything here is
 * a cache of the journal.
 */
package io.opportune.engine.profile;
