package io.opportune.engine.profile;

/**
 * What stands at the head of a copy file.
 *
 * @param kind          what the records are: {@link #PROFILES}, {@link #IDENTITIES} or {@link #IDS}.
 * @param layoutVersion of the records.
 * @param recordBytes   length of each record after its 16-byte key, 0 or more.
 * @param tenant        of the store.
 * @param partition     0..32767, or {@link #NO_PARTITION}.
 * @param partitions    of the store.
 * @param term          of the server that wrote it.
 * @param sequence      the copy holds everything up to and including this sequence of the partition; replay starts
 *                      after it. For a copy taken in chunks this is the sequence when it began.
 * @param keyId         id of the pseudonym key, 8 hexadecimal digits.
 */
public record PartitionCopyHeader(
    int kind,
    int layoutVersion,
    int recordBytes,
    int tenant,
    int partition,
    int partitions,
    long term,
    long sequence,
    String keyId) {
    /** Records are profiles. */
    public static final int PROFILES = 1;
    /** Records are ids with their roots and persons: 24 bytes after the key, in earlier copies 16 without persons. */
    public static final int IDENTITIES = 2;
    /** Bytes of an identity's record after its key. */
    public static final int IDENTITY_BYTES = 24;
    /** Records are bare 16-byte ids, as of an event id horizon, oldest first. */
    public static final int IDS = 3;
    /** Partition of copies that belong to no partition. */
    public static final int NO_PARTITION = 65_535;

    private static final int MAX_RECORD = 65_536;
    private static final int KEY_ID_LENGTH = 8;

    /** Checks what the file can hold. */
    public PartitionCopyHeader {
        if (recordBytes < 0 || recordBytes > MAX_RECORD) {
            throw new IllegalArgumentException("recordBytes must be 0..65536, not " + recordBytes);
        }
        if (keyId.length() != KEY_ID_LENGTH) {
            throw new IllegalArgumentException("keyId must have 8 characters, not " + keyId.length());
        }
    }

    /**
     * Header of a copy of one partition's profiles in the current layout.
     *
     * @param settings  of the store.
     * @param partition that is copied.
     * @param term      of the server.
     * @param sequence  last applied when the copy began.
     * @return the header.
     */
    public static PartitionCopyHeader ofProfiles(
        final ProfileStoreSettings settings, final int partition, final long term, final long sequence) {
        return new PartitionCopyHeader(
            PROFILES,
            ProfileLayout.VERSION,
            ProfileLayout.LENGTH,
            settings.tenant(),
            partition,
            settings.partitions(),
            term,
            sequence,
            settings.keyId());
    }
}
