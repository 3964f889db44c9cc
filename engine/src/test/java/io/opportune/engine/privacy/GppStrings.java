package io.opportune.engine.privacy;

import com.iab.gpp.encoder.GppModel;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** GPP strings: sections and headers by IAB's own encoder where it knows the section, else bit by bit. */
final class GppStrings {
    private GppStrings() {
    }

    /** Values of a US section by which everything is permitted. */
    static Map<UsField, Integer> permissive(final int id) {
        final Map<UsField, Integer> values = new TreeMap<>();
        for (final UsField field : UsLayout.of(id).fields) {
            if (field.name().endsWith("NOTICE")) {
                values.put(field, 1);
            } else if (field.name().endsWith("OPT_OUT")) {
                values.put(field, 2);
            }
        }
        return values;
    }

    /** A string with one US section of ids 7 to 22. */
    static String us(
        final int id, final Map<UsField, Integer> values, final List<Integer> sensitive, final List<Integer> child,
        final boolean gpc) {
        final GppModel model = new GppModel();
        // Makes the section, whatever else is set.
        model.setFieldValue(id, "MspaCoveredTransaction", 2);
        values.forEach((field, value) -> model.setFieldValue(id, name(id, field), value));
        model.setFieldValue(id, "SensitiveDataProcessing", sensitive);
        if (child.size() == 1) {
            model.setFieldValue(id, "KnownChildSensitiveDataConsents", child.get(0));
        } else {
            model.setFieldValue(id, "KnownChildSensitiveDataConsents", child);
        }
        if (UsLayout.of(id).hasGpc) {
            model.setFieldValue(id, "Gpc", gpc);
        }
        return model.encode();
    }

    static String us(final int id, final Map<UsField, Integer> values) {
        return us(id, values, sensitive(id, location(id), 2), child(id, 0, 0), false);
    }

    /** No category of sensitive data but one has a value. */
    static List<Integer> sensitive(final int id, final int category, final int value) {
        return one(UsLayout.of(id).sensitiveCount, category, value);
    }

    static List<Integer> child(final int id, final int index, final int value) {
        return one(UsLayout.of(id).childCount, index, value);
    }

    static int location(final int id) {
        return UsLayout.of(id).preciseLocation;
    }

    private static List<Integer> one(final int count, final int index, final int value) {
        final Integer[] list = Collections.nCopies(count, 0).toArray(new Integer[0]);
        if (index > 0) {
            list[index - 1] = value;
        }
        return Arrays.asList(list);
    }

    private static String name(final int id, final UsField field) {
        if (id == UsLayout.USIA.sectionId && field == UsField.SENSITIVE_DATA_PROCESSING_OPT_OUT_NOTICE) {
            return "SensitiveDataOptOutNotice";
        }
        final StringBuilder name = new StringBuilder();
        for (final String word : field.name().split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    /** A header for ascending ids, each written on its own, then the sections. */
    static String withHeader(final int[] ids, final String... sections) {
        final StringBuilder bits = new StringBuilder("000011000001");
        final String count = Integer.toBinaryString(ids.length);
        bits.append("0".repeat(12 - count.length())).append(count);
        int last = 0;
        for (final int id : ids) {
            bits.append('0').append(fibonacci(id - last));
            last = id;
        }
        return TcStrings.encode(bits.toString()) + "~" + String.join("~", sections);
    }

    private static String fibonacci(final int number) {
        int[] weights = {1, 2};
        while (weights[weights.length - 1] <= number) {
            weights = Arrays.copyOf(weights, weights.length + 1);
            weights[weights.length - 1] = weights[weights.length - 2] + weights[weights.length - 3];
        }
        final StringBuilder code = new StringBuilder("1");
        int rest = number;
        boolean begun = false;
        for (int i = weights.length - 1; i >= 0; i--) {
            if (weights[i] <= rest) {
                rest -= weights[i];
                begun = true;
                code.insert(0, '1');
            } else if (begun) {
                code.insert(0, '0');
            }
        }
        return code.toString();
    }
}
