package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.PriceScheme;
import io.opportune.engine.exchange.PriceUnit;
import io.opportune.engine.exchange.SecretSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    private static final String KEY = "sIxwz7yw62yrfoLGt12lIHKuYrK_S5kLuApI2BQe7Ac=";
    private static final String OTHER = "v3fsVcMBMMHYzRhi7SpM0sdqwzvAxM6KPTu9OtVod5I=";

    @TempDir
    private Path dir;

    @Test
    void shouldCreateAKeyThatOnlyItsOwnerReads() throws IOException {
        final Path file = dir.resolve("notice.keys");
        final NoticeKeys created = NoticeKeys.create(file, new Random(1));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(created.toString(), NoticeKeys.load(file).toString());
        assertThrows(FileAlreadyExistsException.class, () -> NoticeKeys.create(file, new Random(2)));
        assertEquals(created.id(0), NoticeKeys.load(file).id(0));
    }

    @Test
    void shouldReadTheSealingKeyFirstAndPassOverRemarks() throws IOException {
        final Path file = dir.resolve("notice.keys");
        Files.writeString(file, "# since November\n\n" + "11".repeat(32) + "\n# before\n  " + "22".repeat(32) + "  \n");
        final NoticeKeys keys = NoticeKeys.load(file);
        assertEquals(2, keys.count());
        // First 16 bits of the SHA-256 of 32 times 0x11 and 0x22.
        assertEquals(0x02d4, keys.id(0));
        assertEquals(0x9f72, keys.id(1));
        assertFalse(keys.toString().contains("1111"));
    }

    @Test
    void shouldSayWhereAKeyFileIsWrongButNeverTheKey() throws IOException {
        final Path file = dir.resolve("notice.keys");
        for (final String bad : List.of("", "# none\n", "zz" + "11".repeat(31), "11".repeat(31),
            "11".repeat(32) + "\n" + "11".repeat(32), ("11".repeat(32) + "\n").repeat(17))) {
            Files.writeString(file, bad);
            final IOException error = assertThrows(IOException.class, () -> NoticeKeys.load(file));
            assertTrue(error.getMessage().contains("notice.keys"));
            assertFalse(error.getMessage().contains("1111"), error.getMessage());
        }
        Files.writeString(file, "11".repeat(32) + "\nshort\n");
        assertTrue(assertThrows(IOException.class, () -> NoticeKeys.load(file)).getMessage().contains(":2:"));
        assertThrows(IllegalArgumentException.class, () -> NoticeKeys.of(List.of(new byte[16])));
    }

    @Test
    void shouldReadPriceKeysFromFilesAndTheEnvironment() throws IOException {
        Files.writeString(dir.resolve("e.key"), KEY + "\n");
        final ExchangeProfile.Price price = price(new SecretSource("e.key", null), new SecretSource(null, "I_KEY"));
        final PriceKeys keys = PriceKeys.load(price, dir, Map.of("I_KEY", OTHER));
        assertEquals(new String(PriceKeys.of(KEY, OTHER).integrity(), java.nio.charset.StandardCharsets.ISO_8859_1),
            new String(keys.integrity(), java.nio.charset.StandardCharsets.ISO_8859_1));
        final IOException unset = assertThrows(IOException.class, () -> PriceKeys.load(price, dir, Map.of()));
        assertTrue(unset.getMessage().contains("I_KEY"));
        final IOException wrong =
            assertThrows(IOException.class, () -> PriceKeys.load(price, dir, Map.of("I_KEY", "secret")));
        assertTrue(wrong.getMessage().contains("I_KEY") && !wrong.getMessage().contains("secret"));
        assertThrows(IOException.class, () -> PriceKeys.load(
            price(new SecretSource("missing.key", null), new SecretSource(null, "I_KEY")), dir, Map.of("I_KEY", KEY)));
        assertNull(PriceKeys.load(new ExchangeProfile.Price(
            PriceScheme.PLAIN, PriceUnit.CPI_MICROS, 0, "${AUCTION_PRICE}", null, null), dir, Map.of()));
    }

    private static ExchangeProfile.Price price(final SecretSource encryption, final SecretSource integrity) {
        return new ExchangeProfile.Price(
            PriceScheme.GOOGLE_HMAC_SHA1, PriceUnit.CPI_MICROS, 0, "${AUCTION_PRICE}", encryption, integrity);
    }

    @Test
    void shouldReadPriceKeysInEveryForm() {
        final String hex = "b08c70cfbcb0eb6cab7e82c6b75da52072ae62b2bf4b990bb80a48d8141eec07";
        for (final String form : List.of(
            KEY, KEY.replace("=", ""), KEY.replace('_', '/').replace('-', '+'), hex, hex.toUpperCase(), " " + hex)) {
            assertEquals(0x07, PriceKeys.of(form, OTHER).encryption()[31]);
        }
        assertThrows(IllegalArgumentException.class, () -> PriceKeys.of("", OTHER));
        assertThrows(IllegalArgumentException.class, () -> PriceKeys.of("AAAA", OTHER));
        assertThrows(IllegalArgumentException.class, () -> PriceKeys.of("g".repeat(64), OTHER));
    }
}
