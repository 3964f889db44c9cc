/**
 * Other people's ways to find the offers that match, on the workload MB1 as it is written, so that none of our own code
 * decides what matches: only {@code match} asks for them, on its one thread. This package alone knows RoaringBitmap,
 * Lucene and Drools.
 */
package io.opportune.bench.match.rival;
