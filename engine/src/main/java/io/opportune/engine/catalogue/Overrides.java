package io.opportune.engine.catalogue;

import java.nio.charset.StandardCharsets;

/**
 * The folder of a catalogue that holds offers changed one by one while serving: a file each, named after the offer,
 * which stands in place of an offer of the same name in the other files. Stateless.
 */
final class Overrides {
    private static final String FOLDER = "overrides/";

    private Overrides() {
    }

    static boolean holds(final String path) {
        return path.startsWith(FOLDER);
    }

    /** Path of the file of an offer; another for each name, whatever characters are in it. */
    static String pathOf(final String offer) {
        final StringBuilder path = new StringBuilder(FOLDER);
        for (final byte character : offer.getBytes(StandardCharsets.UTF_8)) {
            final boolean plain = character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9' || character == '-' || character == '_';
            if (plain) {
                path.append((char) character);
            } else {
                path.append('%').append(String.format("%02X", character));
            }
        }
        return path.append(".yaml").toString();
    }

    /** Reports what does not belong into this folder. */
    static void check(final YamlValue root) {
        for (final YamlValue value : root.entries().values()) {
            if (!"offers".equals(value.path())) {
                value.file().problems().add(value, '"' + value.path() + "\" in the folder " + FOLDER, "only one offer");
            }
        }
        final YamlValue offers = root.get("offers");
        final int count = offers == null ? 0 : offers.elements().size();
        if (count != 1) {
            root.file().problems().add(offers == null ? root : offers, count + " offers in a file of " + FOLDER,
                "one offer");
            return;
        }
        final YamlValue id = offers.elements().getFirst().get("id");
        if (id != null && id.kind() == YamlValue.Kind.TEXT && !pathOf(id.text()).equals(root.file().path())) {
            root.file().problems().add(id, id.words() + " in " + root.file().path(), "in " + pathOf(id.text()));
        }
    }
}
