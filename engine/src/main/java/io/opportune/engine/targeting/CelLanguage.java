package io.opportune.engine.targeting;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Declares a schema's attributes to CEL: each variable is a struct with attributes as fields, so that has() works. */
final class CelLanguage {
    /** Longest rule, in code points. */
    static final int MAX_TEXT = 16_384;

    static final String POSITION = "position";

    private static final String TYPE_PREFIX = "opportune.";

    /** What rules may use of CEL; the checker copies every declaration for every rule, so few of them are quick. */
    private static final List<StandardFunction> FUNCTIONS = List.of(
        StandardFunction.EQUALS, StandardFunction.NOT_EQUALS, StandardFunction.LESS, StandardFunction.LESS_EQUALS,
        StandardFunction.GREATER, StandardFunction.GREATER_EQUALS, StandardFunction.IN, StandardFunction.INDEX,
        StandardFunction.LOGICAL_AND, StandardFunction.LOGICAL_OR, StandardFunction.LOGICAL_NOT,
        StandardFunction.NOT_STRICTLY_FALSE, StandardFunction.NEGATE, StandardFunction.TIMESTAMP);

    private CelLanguage() {
    }

    /** Builds the compiler of a schema; thread-safe, dear to make, kept for a whole load. */
    static CelCompiler compiler(final AttributeSchema schema) {
        final Map<String, Map<String, CelType>> variables = variables(schema);
        final CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .maxExpressionCodePointSize(MAX_TEXT)
                .build())
            .setStandardMacros(CelStandardMacro.HAS, CelStandardMacro.ALL, CelStandardMacro.EXISTS)
            .setStandardEnvironmentEnabled(false)
            .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                .includeFunctions(FUNCTIONS)
                .includeIdentifiers(CelStandardDeclarations.StandardIdentifier.BOOL)
                .build())
            .setResultType(SimpleType.BOOL)
            .addFunctionDeclarations(distance(), polygon())
            .addFunctionDeclarations(mixedNumbers());
        final List<CelType> types = new ArrayList<>();
        final Map<String, CelType> byName = new HashMap<>();
        variables.forEach((name, fields) -> {
            final StructType type = StructType.create(
                TYPE_PREFIX + name, ImmutableSet.copyOf(fields.keySet()),
                field -> Optional.ofNullable(fields.get(field)));
            types.add(type);
            byName.put(type.name(), type);
            builder.addVar(name, StructTypeReference.create(type.name()));
        });
        builder.setTypeProvider(new CelTypeProvider() {
            @Override
            public ImmutableList<CelType> types() {
                return ImmutableList.copyOf(types);
            }

            @Override
            public Optional<CelType> findType(final String typeName) {
                return Optional.ofNullable(byName.get(typeName));
            }
        });
        return builder.build();
    }

    /** Fields by variable; the position has none, only its function. */
    private static Map<String, Map<String, CelType>> variables(final AttributeSchema schema) {
        final Map<String, Map<String, CelType>> variables = new TreeMap<>();
        variables.put(POSITION, Map.of());
        variables.put("request", new TreeMap<>());
        for (final Attribute attribute : schema.attributes()) {
            variables.computeIfAbsent(attribute.variable(), name -> new TreeMap<>())
                .put(attribute.field(), type(attribute));
        }
        return variables;
    }

    private static CelType type(final Attribute attribute) {
        final CelType value = switch (attribute.type()) {
            case BOOLEAN -> SimpleType.BOOL;
            case INTEGER -> SimpleType.INT;
            case DECIMAL_MICROS -> SimpleType.DOUBLE;
            case TEXT -> SimpleType.STRING;
            case TIME_EPOCH_NS -> SimpleType.TIMESTAMP;
            default -> throw new IllegalArgumentException("no such type: " + attribute.type());
        };
        return switch (attribute.shape()) {
            case SCALAR -> value;
            case LIST -> ListType.create(value);
            case MAP -> MapType.create(SimpleType.STRING, value);
        };
    }

    private static CelFunctionDecl distance() {
        final CelType position = StructTypeReference.create(TYPE_PREFIX + POSITION);
        final List<CelOverloadDecl> overloads = new ArrayList<>();
        for (final CelType latitude : List.of(SimpleType.DOUBLE, SimpleType.INT)) {
            for (final CelType longitude : List.of(SimpleType.DOUBLE, SimpleType.INT)) {
                overloads.add(CelOverloadDecl.newMemberOverload(
                    "distance_km_" + latitude.name() + "_" + longitude.name(),
                    SimpleType.DOUBLE, position, latitude, longitude));
            }
        }
        return CelFunctionDecl.newFunctionDeclaration(AttributeSchema.DISTANCE_FUNCTION, overloads);
    }

    /** A list of ints and decimals together has no type of its own; what the numbers are is looked at later. */
    private static CelFunctionDecl polygon() {
        return CelFunctionDecl.newFunctionDeclaration(AttributeSchema.POLYGON_FUNCTION,
            CelOverloadDecl.newMemberOverload("within_list", SimpleType.BOOL,
                StructTypeReference.create(TYPE_PREFIX + POSITION), ListType.create(SimpleType.DYN)));
    }

    /** CEL orders ints and decimals together but does not let its checker equate them; here they compare alike. */
    private static List<CelFunctionDecl> mixedNumbers() {
        final List<CelFunctionDecl> declarations = new ArrayList<>();
        for (final String function : List.of("_==_", "_!=_")) {
            declarations.add(CelFunctionDecl.newFunctionDeclaration(function,
                CelOverloadDecl.newGlobalOverload(function + "_int_double",
                    SimpleType.BOOL, SimpleType.INT, SimpleType.DOUBLE),
                CelOverloadDecl.newGlobalOverload(function + "_double_int",
                    SimpleType.BOOL, SimpleType.DOUBLE, SimpleType.INT)));
        }
        declarations.add(CelFunctionDecl.newFunctionDeclaration("@in",
            CelOverloadDecl.newGlobalOverload("in_int_list_double",
                SimpleType.BOOL, SimpleType.INT, ListType.create(SimpleType.DOUBLE)),
            CelOverloadDecl.newGlobalOverload("in_double_list_int",
                SimpleType.BOOL, SimpleType.DOUBLE, ListType.create(SimpleType.INT))));
        return declarations;
    }
}
