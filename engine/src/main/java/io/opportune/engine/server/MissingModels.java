package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Placements that want a model which the configuration does not name: they choose all the same, by less than was meant.
 * Stateless.
 */
public final class MissingModels {
    private MissingModels() {
    }

    /**
     * Looks at the placements of a catalogue.
     *
     * @param catalogue that a server has or is to have.
     * @param config    of that server.
     * @return a sentence for each placement and kind of model; empty when nothing is missing.
     */
    public static List<String> of(final Catalogue catalogue, final Config config) {
        final boolean learns = !config.text(ConfigKey.LEARNING_MODEL).equals(LearningService.NONE);
        final boolean imported = config.optionalPath(ConfigKey.LEARNING_ONNX).isPresent();
        final List<String> missing = new ArrayList<>();
        for (final Placement placement : catalogue.placements()) {
            if (placement.choice() != null && placement.choice().learns() && !learns) {
                missing.add("placement " + placement.id() + " says learned: true, but " + ConfigKey.LEARNING_MODEL.key()
                    + " is none: nothing is learned, the priors of the catalogue decide"
                    + withoutChance(placement));
            }
            if (placement.choice() != null && placement.choice().secondStage() > 0 && !imported) {
                missing.add("placement " + placement.id() + " says second_stage: " + placement.choice().secondStage()
                    + ", but " + ConfigKey.LEARNING_ONNX.key() + " names no model: nothing is predicted anew");
            }
        }
        return missing;
    }

    /** What is drawn from a model's uncertainty alone is not drawn without one. */
    private static String withoutChance(final Placement placement) {
        return switch (placement.choice().policy().exploration()) {
            case THOMPSON -> ", and " + placement.choice().policy().exploration().name().toLowerCase(Locale.ROOT)
                + " tries nothing out" + (placement.choice().policy().floor() > 0 ? " but for its floor" : "");
            case GREEDY, EPSILON, SOFTMAX -> "";
        };
    }
}
