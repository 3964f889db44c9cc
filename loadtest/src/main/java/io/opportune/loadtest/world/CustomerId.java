package io.opportune.loadtest.world;

/** Writes a customer's ids as text without making strings: a letter and eight digits. Not thread-safe. */
final class CustomerId {
    static final int LENGTH_BYTES = 9;
    private static final byte LOYALTY = 'L';
    private static final byte APP_ACCOUNT = 'A';

    private final byte[] bytes = new byte[LENGTH_BYTES];

    byte[] loyalty(final int customer) {
        return write(LOYALTY, customer);
    }

    byte[] appAccount(final int customer) {
        return write(APP_ACCOUNT, customer);
    }

    private byte[] write(final byte letter, final int customer) {
        bytes[0] = letter;
        int rest = customer;
        for (int i = LENGTH_BYTES - 1; i > 0; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return bytes;
    }
}
