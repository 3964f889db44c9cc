package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.HashMap;
import java.util.Map;

/** Where the columns of an index stand, for building what refers to them. */
final class Columns {
    private final Map<Node.Subject, Integer> scalars = new HashMap<>();
    private final Map<Integer, Integer> lists = new HashMap<>();
    private final ListColumn[] listColumns;

    Columns(final ScalarColumn[] scalarColumns, final ListColumn[] listColumns) {
        this.listColumns = listColumns;
        for (int i = 0; i < scalarColumns.length; i++) {
            scalars.put(scalarColumns[i].subject(), i);
        }
        for (int i = 0; i < listColumns.length; i++) {
            lists.put(listColumns[i].slot(), i);
        }
    }

    int scalar(final Node.Subject subject) {
        return scalars.get(subject);
    }

    int list(final int slot) {
        return lists.get(slot);
    }

    int code(final int list, final long element) {
        return listColumns[list].codeOf(element);
    }
}
