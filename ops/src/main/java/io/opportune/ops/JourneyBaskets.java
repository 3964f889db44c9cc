package io.opportune.ops;

import io.opportune.engine.affinity.Basket;
import io.opportune.engine.affinity.BasketLog;
import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The baskets of the Complete Journey data as those of a journal. */
final class JourneyBaskets {
    private JourneyBaskets() {
    }

    /** All that are not empty, in order of time; categories numbered from 1 as they come. */
    static BasketLog read(final Path directory) throws IOException {
        final JourneyData data = JourneyReader.read(directory);
        final Map<String, Integer> categories = new HashMap<>();
        final BasketLog log = new BasketLog();
        final Basket basket = new Basket();
        for (final JourneyData.Basket bought : data.baskets()) {
            basket.clear();
            for (final JourneyData.Line line : bought.lines()) {
                basket.add(line.productId(), line.category().isEmpty() ? 0
                    : categories.computeIfAbsent(line.category(), name -> categories.size() + 1));
            }
            if (basket.count() > 0) {
                log.onBasket(0, bought.household(), JournalSummary.nanos(bought.time()), basket);
            }
        }
        return log;
    }
}
