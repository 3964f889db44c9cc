package io.opportune.engine.catalogue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks for personal data in the files of a catalogue, whether or not they are in order otherwise, and in lists of
 * features. Loading a catalogue does the same: what is found here as an error is a mistake there. Stateless.
 */
public final class CatalogueLint {
    /** Most findings that are listed. */
    private static final int MAX_PROBLEMS = 1_000;

    private CatalogueLint() {
    }

    /**
     * What was found.
     *
     * @param files    number of files that were read.
     * @param texts    number of texts that were looked at.
     * @param findings in order of files and lines, those that an exception allows included.
     * @param unused   exceptions that allow nothing any more.
     * @param errors   files that could not be read, and exceptions of a wrong form.
     */
    public record Report(
        int files, int texts, List<CatalogueFinding> findings, List<CatalogueError> unused,
        List<CatalogueError> errors) {

        /**
         * Whether nothing is refused.
         *
         * @return false when an error was found that no exception allows.
         */
        public boolean isGood() {
            return errors.isEmpty() && findings.stream().noneMatch(CatalogueFinding::isError);
        }
    }

    /**
     * Looks at a catalogue.
     *
     * @param directory of its YAML files.
     * @return what was found.
     * @throws IOException when a file cannot be read.
     */
    public static Report ofCatalogue(final Path directory) throws IOException {
        final Problems problems = new Problems(MAX_PROBLEMS);
        return of(CatalogueFiles.list(directory, problems), problems);
    }

    /**
     * Looks at a list of features: a map with a list {@code features} of names, or of maps with a {@code name} and,
     * where it helps people, a {@code description}.
     *
     * @param file in YAML.
     * @return what was found.
     * @throws IOException when the file cannot be read.
     */
    public static Report ofFeatures(final Path file) throws IOException {
        final SortedMap<String, Path> files = new TreeMap<>();
        files.put(String.valueOf(file.getFileName()), file);
        return of(files, new Problems(MAX_PROBLEMS));
    }

    private static Report of(final SortedMap<String, Path> paths, final Problems problems) throws IOException {
        final List<CatalogueFinding> findings = new ArrayList<>();
        final List<CatalogueError> unused = new ArrayList<>();
        int texts = 0;
        for (final SourceFile file : CatalogueFiles.read(paths, hash -> false, problems).files()) {
            final YamlValue root = YamlReader.read(file);
            if (root != null) {
                final LintWalk walk = new LintWalk(findings::add, at -> unused.add(unused(at)));
                walk.walk(root);
                texts += walk.texts();
            }
        }
        return new Report(paths.size(), texts, LintWalk.sorted(findings), List.copyOf(unused), problems.sorted());
    }

    private static CatalogueError unused(final YamlValue at) {
        return new CatalogueError(at.file().path(), at.line(), at.column(), at.path(),
            "this exception allows nothing", "it may be taken away");
    }

    /**
     * The names in a list of features.
     *
     * @param file in YAML, as for {@link #ofFeatures}.
     * @return in its order; empty where there is no such list.
     * @throws IOException when the file cannot be read.
     */
    public static List<String> featureNames(final Path file) throws IOException {
        final SortedMap<String, Path> files = new TreeMap<>();
        files.put(String.valueOf(file.getFileName()), file);
        final List<String> names = new ArrayList<>();
        for (final SourceFile source :
            CatalogueFiles.read(files, hash -> false, new Problems(MAX_PROBLEMS)).files()) {
            final YamlValue root = YamlReader.read(source);
            if (root != null) {
                Fields.each(root, "features", feature -> names.add(
                    feature.kind() == YamlValue.Kind.TEXT ? feature.text() : Fields.text(feature, "name", "")));
            }
        }
        return List.copyOf(names);
    }

    /** Looks at a file while a catalogue is loaded: errors become mistakes of it. */
    static void check(final YamlValue root, final Problems problems, final List<CatalogueWarning> warnings) {
        new LintWalk(finding -> {
            if (finding.isError()) {
                problems.add(finding.file(), finding.line(), finding.column(), finding.field(), finding.foundWords(),
                    finding.adviceWords());
            } else if (!finding.isAllowed()) {
                warnings.add(new CatalogueWarning(CatalogueWarning.Kind.PERSONAL_DATA, finding.file(), finding.line(),
                    finding.column(), finding.field(), "", finding.foundWords() + "; " + finding.adviceWords()));
            }
        }, unused -> { }).walk(root);
    }
}
