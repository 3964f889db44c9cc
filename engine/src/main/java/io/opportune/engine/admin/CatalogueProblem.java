package io.opportune.engine.admin;

/**
 * One mistake in a catalogue, as the admin port shows it.
 *
 * @param file    in which it is.
 * @param line    from 1; 0 when it belongs to no line.
 * @param column  from 1; 0 when it belongs to no column.
 * @param field   that is wrong.
 * @param found   what stands there.
 * @param allowed what may stand there.
 */
public record CatalogueProblem(String file, int line, int column, String field, String found, String allowed) {
    /**
     * The mistake in one sentence.
     *
     * @return place, field, found and allowed.
     */
    public String sentence() {
        final StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
            if (column > 0) {
                text.append(':').append(column);
            }
        }
        return text.append(": ").append(field).append(": found ").append(found)
            .append(", allowed: ").append(allowed).toString();
    }
}
