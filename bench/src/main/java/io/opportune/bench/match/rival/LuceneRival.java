package io.opportune.bench.match.rival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Lucene's Monitor with the presearcher that looks up queries by their terms. Values are terms of a field, and points
 * of a second one for ranges. Documents are made beforehand; the Monitor's index of one document is part of the search.
 */
final class LuceneRival implements Rival {
    private static final String POINTS = ".points";
    private static final int BATCH = 1_000;

    private final List<RivalWorkload.Column> columns;
    private final Monitor monitor;
    private final List<Document> documents = new ArrayList<>();

    LuceneRival(final RivalWorkload workload) {
        columns = workload.columns();
        workload.events().forEach(event -> documents.add(document(event)));
        try {
            monitor = new Monitor(new KeywordAnalyzer(), new TermFilteredPresearcher());
            List<MonitorQuery> batch = new ArrayList<>();
            for (int offer = 0; offer < workload.expressions().size(); offer++) {
                batch.add(new MonitorQuery(Integer.toString(offer), query(workload.expressions().get(offer))));
                if (batch.size() == BATCH || offer == workload.expressions().size() - 1) {
                    monitor.register(batch);
                    batch = new ArrayList<>();
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the queries cannot be stored", e);
        }
    }

    private Document document(final long[][] event) {
        final Document document = new Document();
        for (final RivalWorkload.Column column : columns) {
            for (final long value : event[column.number()]) {
                document.add(new StringField(column.name(), Long.toString(value), Field.Store.NO));
                document.add(new LongPoint(column.name() + POINTS, value));
            }
        }
        return document;
    }

    private Query query(final Condition condition) {
        return switch (condition) {
            case Condition.OneOf set -> terms(set);
            case Condition.Range range -> LongPoint.newRangeQuery(
                columns.get(range.attribute()).name() + POINTS, range.low(), range.high());
            case Condition.Some some -> {
                final BooleanQuery.Builder query = new BooleanQuery.Builder();
                some.parts().forEach(part -> query.add(query(part), BooleanClause.Occur.SHOULD));
                yield query.build();
            }
            case Condition.All all -> all(all.parts());
            case Condition.Not not -> all(List.of(not));
        };
    }

    private Query terms(final Condition.OneOf set) {
        final String field = columns.get(set.attribute()).name();
        final BooleanQuery.Builder query = new BooleanQuery.Builder();
        for (final long value : set.values()) {
            query.add(new TermQuery(new Term(field, Long.toString(value))), BooleanClause.Occur.SHOULD);
        }
        return query.build();
    }

    /** A query that only excludes finds nothing, so that it starts from everything. */
    private Query all(final List<Condition> parts) {
        final BooleanQuery.Builder query = new BooleanQuery.Builder();
        boolean positive = false;
        for (final Condition part : parts) {
            if (part instanceof Condition.Not not) {
                query.add(query(not.part()), BooleanClause.Occur.MUST_NOT);
            } else {
                query.add(query(part), BooleanClause.Occur.FILTER);
                positive = true;
            }
        }
        if (!positive) {
            query.add(new MatchAllDocsQuery(), BooleanClause.Occur.FILTER);
        }
        return query.build();
    }

    @Override
    public String name() {
        return "lucene";
    }

    @Override
    public long count(final int event) {
        return match(event).getMatchCount();
    }

    @Override
    public int[] offers(final int event) {
        return match(event).getMatches().stream().mapToInt(match -> Integer.parseInt(match.getQueryId())).sorted()
            .toArray();
    }

    private MatchingQueries<QueryMatch> match(final int event) {
        try {
            return monitor.match(documents.get(event), QueryMatch.SIMPLE_MATCHER);
        } catch (final IOException e) {
            throw new UncheckedIOException("event " + event, e);
        }
    }

    @Override
    public void close() {
        try {
            monitor.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("the monitor cannot be closed", e);
        }
    }
}
