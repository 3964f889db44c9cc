package io.opportune.engine.arbitration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each offer's noise is standard normal over the rows, each in an order of its own. */
class NoiseTableTest {
    private static final int OFFERS = 300;

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256, 4096})
    void shouldHaveMeanZeroAndVarianceOneForEachOffer(final int rows) {
        final NoiseTable table = new NoiseTable(rows, 5);
        for (int offer = 1; offer <= OFFERS; offer++) {
            double sum = 0;
            double squares = 0;
            double most = 0;
            for (int row = 0; row < rows; row++) {
                final double z = table.noise(row, offer);
                sum += z;
                squares += z * z;
                most = Math.max(most, z);
            }
            assertEquals(0, sum / rows, 1e-13);
            assertEquals(1, squares / rows, 1e-12);
            assertEquals(table.maxNoise(), most);
        }
    }

    @Test
    void shouldBeNormal() {
        final NoiseTable table = new NoiseTable();
        final double[] column = new double[table.rows()];
        Arrays.setAll(column, row -> table.noise(row, 17));
        Arrays.sort(column);
        double scale = 0;
        for (int i = table.rows() / 2; i < table.rows(); i++) {
            final double quantile = NoiseTable.upperQuantile((i + 0.5) / table.rows());
            scale = column[i] / quantile;
            // What the tails beyond the last middle lack is little.
            assertEquals(1, scale, 0.01);
        }
        assertEquals(scale, column[200] / NoiseTable.upperQuantile(200.5 / 256), 1e-12);
        assertEquals(2.9, table.maxNoise(), 0.05);
    }

    /** Quantiles as tables print them. */
    @Test
    void shouldInvertTheNormalDistribution() {
        assertEquals(0, NoiseTable.upperQuantile(0.5));
        assertEquals(0.6744897501960817, NoiseTable.upperQuantile(0.75), 1e-14);
        assertEquals(1.959963984540054, NoiseTable.upperQuantile(0.975), 1e-13);
        assertEquals(3.090232306167813, NoiseTable.upperQuantile(0.999), 1e-12);
        assertEquals(4.264890793922825, NoiseTable.upperQuantile(1 - 1e-5), 1e-9);
    }

    @Test
    void shouldNotTellOneOffersNoiseByAnothers() {
        final NoiseTable table = new NoiseTable();
        final int rows = table.rows();
        double squares = 0;
        int pairs = 0;
        int same = 0;
        for (int a = 1; a <= OFFERS; a++) {
            for (int b = a + 1; b <= OFFERS; b++) {
                double product = 0;
                for (int row = 0; row < rows; row++) {
                    product += table.noise(row, a) * table.noise(row, b);
                }
                final double correlation = product / rows;
                if (correlation > 0.999) {
                    same++;
                } else {
                    squares += correlation * correlation;
                    pairs++;
                }
            }
        }
        // Of random orders the squared correlation is 1 / (rows - 1) in the mean; equal orders one pair in 65,536.
        assertEquals(1.0 / (rows - 1), squares / pairs, 0.05 / rows);
        assertTrue(same <= 4, same + " pairs of " + pairs + " have the same noise");
    }

    @Test
    void shouldFindRowAndRankFromEachOther() {
        final NoiseTable table = new NoiseTable(64, 9);
        for (int offer = 0; offer < OFFERS; offer++) {
            for (int rank = 0; rank < 64; rank++) {
                final int row = table.row(table.base(offer), table.shift(offer), rank);
                assertEquals(rank, table.rank(table.base(offer), table.shift(offer), row));
                assertEquals(table.quantiles()[rank], table.noise(row, offer));
            }
        }
    }

    @Test
    void shouldGiveTheSameBitsForEver() {
        final NoiseTable table = new NoiseTable();
        long bits = 0;
        for (int offer = 1; offer <= OFFERS; offer++) {
            for (int row = 0; row < table.rows(); row++) {
                bits = 31 * bits + Double.doubleToRawLongBits(table.noise(row, offer));
            }
        }
        assertEquals(9217106330784966346L, bits);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 8, 100, 8192})
    void shouldRefuseOtherNumbersOfRows(final int rows) {
        final String message =
            assertThrows(IllegalArgumentException.class, () -> new NoiseTable(rows, 1)).getMessage();
        assertTrue(message.contains("rows is " + rows), message);
    }
}
