package io.opportune.protocol.client;

/**
 * What the server said when it accepted the logon.
 *
 * @param protocolVersion     its schema version.
 * @param serverVersion       its release, for people.
 * @param catalogueCounter    version of its catalogue at logon.
 * @param catalogueHash       first 64 bits of the SHA-256 of the catalogue's content.
 * @param inFlightLimit       most unanswered messages on a connection.
 * @param maxFrameLengthBytes longest frame it reads.
 * @param maxTimeBudgetUs     its cap on time budgets, microseconds.
 * @param maxOffers           most offers in one answer.
 * @param heartbeatIntervalMs longest silence it promises, milliseconds.
 */
public record ServerInfo(
    int protocolVersion,
    String serverVersion,
    long catalogueCounter,
    long catalogueHash,
    int inFlightLimit,
    int maxFrameLengthBytes,
    long maxTimeBudgetUs,
    int maxOffers,
    long heartbeatIntervalMs) {
}
