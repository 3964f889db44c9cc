/**
 * What differs from one ad exchange to the next, as data: profiles, currencies and their rates, the cap of requests and
 * the time that the network takes. Profiles and rates are immutable and read by any thread; what learns or counts says
 * who owns it. Knows no transport and no file format; engine/EXCHANGES.md describes the files.
 */
package io.opportune.engine.exchange;
