package io.opportune.bench.match.rival;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.drools.model.codegen.ExecutableModelProject;
import org.kie.api.KieBase;
import org.kie.api.definition.type.FactType;
import org.kie.api.event.rule.AfterMatchFiredEvent;
import org.kie.api.event.rule.AgendaEventListener;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.io.ResourceType;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;
import org.kie.internal.utils.KieHelper;

/**
 * Drools with a rule for each offer on one type of fact, compiled as executable model, and one session for all events:
 * insert the fact, fire, delete it. Facts are made beforehand. Negations are pushed down to the leaves.
 */
final class DroolsRival implements Rival {
    private static final String PACKAGE = "rival";
    private static final String TYPE = "Event";
    /** Stands for a missing value; no rule may name it. */
    private static final int MISSING = Integer.MIN_VALUE;

    private final List<RivalWorkload.Column> columns;
    private final List<Object> facts = new ArrayList<>();
    private final KieSession session;
    private final AtomicLong matches = new AtomicLong();

    DroolsRival(final RivalWorkload workload) {
        columns = workload.columns();
        final KieBase base = new KieHelper().addContent(text(workload), ResourceType.DRL)
            .build(ExecutableModelProject.class);
        try {
            final FactType type = base.getFactType(PACKAGE, TYPE);
            for (final long[][] event : workload.events()) {
                facts.add(fact(type, event));
            }
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("the type of facts cannot be used", e);
        }
        session = base.newKieSession();
        session.setGlobal("matches", matches);
    }

    private Object fact(final FactType type, final long[][] event) throws ReflectiveOperationException {
        final Object fact = type.newInstance();
        for (final RivalWorkload.Column column : columns) {
            final long[] values = event[column.number()];
            if (column.list()) {
                final Set<Integer> elements = new HashSet<>();
                Arrays.stream(values).forEach(value -> elements.add(Math.toIntExact(value)));
                type.set(fact, field(column.number()), elements);
            } else {
                type.set(fact, field(column.number()), values.length == 0 ? MISSING : number(values[0]));
            }
        }
        return fact;
    }

    private static String field(final int attribute) {
        return "a" + attribute;
    }

    private static int number(final long value) {
        final int number = Math.toIntExact(value);
        if (number == MISSING) {
            throw new IllegalArgumentException("drools: found the value " + value + ", which stands for missing");
        }
        return number;
    }

    private String text(final RivalWorkload workload) {
        final StringBuilder text = new StringBuilder("package " + PACKAGE + ";\n"
            + "global java.util.concurrent.atomic.AtomicLong matches;\ndeclare " + TYPE + "\n");
        columns.forEach(column -> text.append(field(column.number()))
            .append(column.list() ? " : java.util.Set\n" : " : int\n"));
        text.append("end\n");
        for (int offer = 0; offer < workload.expressions().size(); offer++) {
            text.append("rule \"").append(offer).append("\" when ").append(TYPE).append('(')
                .append(conjuncts(workload.expressions().get(offer)))
                .append(") then matches.incrementAndGet(); end\n");
        }
        return text.toString();
    }

    /**
     * What Drools can share between rules and look up stays in its own form. The rest is one Java expression each, by
     * the comparison with true: its operators {@code in} and {@code contains} take a stream for each value.
     */
    private String conjuncts(final Condition condition) {
        return switch (condition) {
            case Condition.All all -> all.parts().stream().map(this::conjuncts).collect(Collectors.joining(", "));
            case Condition.Range range -> bounds(range, ", ");
            case Condition.OneOf set when set.values().length == 1 && !columns.get(set.attribute()).list() ->
                field(set.attribute()) + " == " + number(set.values()[0]);
            default -> words(condition, true) + " == true";
        };
    }

    private static String bounds(final Condition.Range range, final String between) {
        final String field = field(range.attribute());
        return field + " >= " + number(range.low()) + between + field + " <= " + number(range.high());
    }

    private String words(final Condition condition, final boolean wanted) {
        return switch (condition) {
            case Condition.All all -> words(all.parts(), wanted, wanted ? " && " : " || ");
            case Condition.Some some -> words(some.parts(), wanted, wanted ? " || " : " && ");
            case Condition.Not not -> words(not.part(), !wanted);
            case Condition.OneOf set -> words(set, wanted);
            case Condition.Range range -> words(range, wanted);
        };
    }

    private String words(final List<Condition> parts, final boolean wanted, final String between) {
        return parts.stream().map(part -> words(part, wanted)).collect(Collectors.joining(between, "(", ")"));
    }

    private String words(final Condition.OneOf set, final boolean wanted) {
        final String field = field(set.attribute());
        final boolean list = columns.get(set.attribute()).list();
        return Arrays.stream(set.values())
            .mapToObj(value -> list ? (wanted ? "" : "!") + field + ".contains(" + number(value) + ")"
                : field + (wanted ? " == " : " != ") + number(value))
            .collect(Collectors.joining(wanted ? " || " : " && ", "(", ")"));
    }

    private String words(final Condition.Range range, final boolean wanted) {
        final String field = field(range.attribute());
        return wanted
            ? "(" + bounds(range, " && ") + ")"
            : "(" + field + " < " + number(range.low()) + " || " + field + " > " + number(range.high()) + ")";
    }

    @Override
    public String name() {
        return "drools";
    }

    @Override
    public long count(final int event) {
        matches.set(0);
        final FactHandle handle = session.insert(facts.get(event));
        session.fireAllRules();
        session.delete(handle);
        return matches.get();
    }

    @Override
    public int[] offers(final int event) {
        final List<Integer> fired = new ArrayList<>();
        final AgendaEventListener listener = new DefaultAgendaEventListener() {
            @Override
            public void afterMatchFired(final AfterMatchFiredEvent match) {
                fired.add(Integer.valueOf(match.getMatch().getRule().getName()));
            }
        };
        session.addEventListener(listener);
        try {
            count(event);
        } finally {
            session.removeEventListener(listener);
        }
        return fired.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    @Override
    public void close() {
        session.dispose();
    }
}
