package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.counters.ErrorLog;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.onnx.OnnxModel;
import io.opportune.engine.onnx.OnnxSecondStage;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The imported model of a running server: loaded, kept in the data folder by its content, and handed to the shards
 * before the first request. Used by the thread that starts and stops the server.
 */
final class ImportedModel implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ImportedModel.class);

    private final OnnxModel model;
    private final List<OnnxSecondStage> stages = new ArrayList<>();

    private ImportedModel(final OnnxModel model) {
        this.model = model;
    }

    /**
     * Loads a model and gives it to the shards.
     *
     * @param file      of the model; its manifest stands beside it.
     * @param archive   folder in which a copy is kept.
     * @param catalogue whose features it may name.
     * @throws io.opportune.engine.onnx.BadModelException when it cannot be used; says all mistakes.
     * @throws IOException                                when a file cannot be read or written.
     */
    static ImportedModel open(
        final Path file, final Path archive, final Catalogue catalogue, final NameRegistry registry,
        final ShardSet shards, final NanoClock clock, final ErrorLog errors) throws IOException {
        final OnnxFile read = OnnxFile.read(file);
        final ImportedModel opened =
            new ImportedModel(read.load(new FeatureText(catalogue, registry), registry));
        try {
            read.keep(archive);
            for (int i = 0; i < shards.count(); i++) {
                final int shard = i;
                final OnnxSecondStage stage = opened.model.stage(clock, errors::record);
                opened.stages.add(stage);
                shards.call(shard, () -> shards.engine(shard).rerankBy(stage));
            }
        } catch (final IOException | RuntimeException | Error failed) {
            opened.close();
            throw failed;
        }
        LOG.info("{} ({}) predicts the best candidates anew where a placement has a second_stage",
            opened.model.version(), "%016x".formatted(opened.model.contentHash()));
        return opened;
    }

    /** Frees the model; no shard may decide any more. */
    @Override
    public void close() {
        stages.forEach(OnnxSecondStage::close);
        model.close();
    }
}
