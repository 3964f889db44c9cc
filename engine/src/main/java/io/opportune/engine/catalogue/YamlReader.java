package io.opportune.engine.catalogue;

import java.io.StringReader;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one YAML file into located values, with the scalars of the YAML 1.2 core schema ({@code no} and
 * {@code 2017-01-01} are texts). Bounded: nesting, number of values, aliases.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 40;
    private static final int MAX_ALIASES = 50;
    private static final int MAX_VALUES = 20_000_000;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,40}");
    private static final Pattern NUMBER =
        Pattern.compile("[-+]?(\\.[0-9]{1,40}|[0-9]{1,40}(\\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?");

    private final SourceFile file;
    private final int maxValues;
    private final Map<Node, Boolean> open = new IdentityHashMap<>();
    private int values;

    private YamlReader(final SourceFile file) {
        this.file = file;
        // Aliases may repeat a value, but a file cannot grow beyond what its size could have written out.
        maxValues = (int) Math.min(MAX_VALUES, 10_000L + file.text().length());
    }

    /** Reads a file; what is wrong goes to its problems, and then null may be returned. */
    static YamlValue read(final SourceFile file) {
        final LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setAllowRecursiveKeys(false);
        try {
            final Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(file.text()));
            return root == null ? null : new YamlReader(file).convert(root, null, "");
        } catch (final MarkedYAMLException broken) {
            final Mark mark = broken.getProblemMark() != null ? broken.getProblemMark() : broken.getContextMark();
            final String context = broken.getContext() == null ? "" : broken.getContext() + ": ";
            file.problems().add(file.path(), mark == null ? 1 : mark.getLine() + 1,
                mark == null ? 1 : mark.getColumn() + 1, "", "not YAML: " + context + broken.getProblem(), "");
        } catch (final YAMLException broken) {
            file.problems().add(file.path(), 1, 1, "", "not YAML: " + broken.getMessage(), "");
        }
        return null;
    }

    private YamlValue convert(final Node node, final YamlValue parent, final Object step) {
        final Mark mark = node.getStartMark();
        if (++values > maxValues) {
            throw new YAMLException("too many values; aliases repeat too much");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, parent, step);
        }
        final YamlValue value = new YamlValue(file, parent, step,
            node instanceof MappingNode ? YamlValue.Kind.MAP : YamlValue.Kind.LIST,
            mark.getLine() + 1, mark.getColumn() + 1, "", YamlValue.Style.PLAIN);
        if (open.put(node, Boolean.TRUE) != null) {
            throw new YAMLException("an alias contains itself at line " + (mark.getLine() + 1));
        }
        if (node instanceof MappingNode mapping) {
            for (final NodeTuple tuple : mapping.getValue()) {
                entry(value, tuple);
            }
        } else if (node instanceof SequenceNode sequence) {
            for (final Node element : sequence.getValue()) {
                value.elements().add(convert(element, value, value.elements().size()));
            }
        }
        open.remove(node);
        return value;
    }

    private void entry(final YamlValue map, final NodeTuple tuple) {
        final Mark mark = tuple.getKeyNode().getStartMark();
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            file.problems().add(file.path(), mark.getLine() + 1, mark.getColumn() + 1, map.path(),
                "a key that is no text", "a name");
            return;
        }
        final YamlValue value = convert(tuple.getValueNode(), map, key.getValue());
        final YamlValue earlier = map.entries().putIfAbsent(key.getValue(), value);
        if (earlier != null) {
            file.problems().add(file.path(), mark.getLine() + 1, mark.getColumn() + 1, value.path(),
                "the key \"" + key.getValue() + "\" stands twice", "first at line " + earlier.line());
        }
    }

    private YamlValue scalar(final ScalarNode node, final YamlValue parent, final Object step) {
        final String text = node.getValue();
        final YamlValue.Style style = style(node.getScalarStyle());
        YamlValue.Kind kind = YamlValue.Kind.TEXT;
        if (style == YamlValue.Style.PLAIN) {
            if (text.isEmpty() || text.equals("~") || text.equals("null")) {
                kind = YamlValue.Kind.NULL;
            } else if (text.equals("true") || text.equals("false")) {
                kind = YamlValue.Kind.BOOLEAN;
            } else if (INTEGER.matcher(text).matches()) {
                kind = YamlValue.Kind.INTEGER;
            } else if (NUMBER.matcher(text).matches()) {
                kind = YamlValue.Kind.NUMBER;
            }
        }
        return new YamlValue(file, parent, step, kind, node.getStartMark().getLine() + 1,
            node.getStartMark().getColumn() + 1, text, style);
    }

    private static YamlValue.Style style(final ScalarStyle style) {
        return switch (style) {
            case SINGLE_QUOTED -> YamlValue.Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED, JSON_SCALAR_STYLE -> YamlValue.Style.DOUBLE_QUOTED;
            case LITERAL -> YamlValue.Style.LITERAL;
            case FOLDED -> YamlValue.Style.FOLDED;
            default -> YamlValue.Style.PLAIN;
        };
    }
}
