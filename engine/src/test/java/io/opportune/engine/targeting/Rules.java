package io.opportune.engine.targeting;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.NameKind;
import java.util.List;

/** A schema, a registry and a compiler that the tests of this package share. */
final class Rules {
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final AttributeSchema schema = new AttributeSchema(List.of(
        new AttributeSchema.Declared(1, "customer.tier", AttributeType.TEXT),
        new AttributeSchema.Declared(2, "customer.age", AttributeType.INTEGER),
        new AttributeSchema.Declared(3, "customer.score", AttributeType.DECIMAL_MICROS),
        new AttributeSchema.Declared(4, "customer.member", AttributeType.BOOLEAN),
        new AttributeSchema.Declared(5, "customer.since", AttributeType.TIME_EPOCH_NS),
        new AttributeSchema.Declared(6, "request.weather", AttributeType.TEXT),
        new AttributeSchema.Declared(7, "request.temperature", AttributeType.DECIMAL_MICROS),
        new AttributeSchema.Declared(8, "request.queue", AttributeType.INTEGER)));
    private final RuleCompiler compiler = new RuleCompiler(schema);

    NameRegistry registry() {
        return registry;
    }

    AttributeSchema schema() {
        return schema;
    }

    RuleCompiler compiler() {
        return compiler;
    }

    Rule rule(final String text) {
        try {
            return compiler.compile(text, registry);
        } catch (final RuleCompiler.RuleException wrong) {
            throw new AssertionError(text + ": " + wrong.getMessage(), wrong);
        }
    }

    int slot(final String attribute) {
        return schema.attribute(attribute).slot();
    }

    int id(final NameKind kind, final String name) {
        return registry.findOrAdd(kind, name);
    }
}
