package io.opportune.engine.onnx;

import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * An imported model as it stands in files: the model and its manifest, known by their content. Knows nothing of what
 * runs it. Immutable.
 */
public final class OnnxFile {
    /** The manifest's name is the model's and this. */
    public static final String MANIFEST = ".manifest";
    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_MANIFEST_BYTES = 1 << 20;

    private final Path file;
    private final byte[] model;
    private final byte[] manifest;
    private final long contentHash;

    private OnnxFile(final Path file, final byte[] model, final byte[] manifest) {
        this.file = file;
        this.model = model;
        this.manifest = manifest;
        contentHash = hash(model, manifest);
    }

    /**
     * Reads both files.
     *
     * @param file the model; its manifest stands beside it.
     * @return what they hold, not looked at yet.
     * @throws BadModelException when one of them is not there, empty or too large.
     * @throws IOException       when one cannot be read.
     */
    public static OnnxFile read(final Path file) throws IOException {
        final Path beside = file.resolveSibling(file.getFileName() + MANIFEST);
        return new OnnxFile(file, bytes(file, MOST_BYTES), bytes(beside, MOST_MANIFEST_BYTES));
    }

    private static byte[] bytes(final Path file, final long most) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BadModelException(List.of(file.getFileName() + ": there is no such file; allowed: a model and"
                + " beside it a manifest, of the same name and " + MANIFEST));
        }
        final long size = Files.size(file);
        if (size == 0 || size > most) {
            throw new BadModelException(
                List.of(file.getFileName() + ": " + size + " bytes; allowed: 1 to " + most));
        }
        return Files.readAllBytes(file);
    }

    private static long hash(final byte[] model, final byte[] manifest) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(model.length).array());
            digest.update(model);
            digest.update(manifest);
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * By what content they are known.
     *
     * @return first 64 bits of the SHA-256 over the model's length, the model and the manifest.
     */
    public long contentHash() {
        return contentHash;
    }

    /**
     * The files of a content in an archive.
     *
     * @param archive     folder.
     * @param contentHash of them.
     * @return the model's file, which may not exist; its manifest stands beside it.
     */
    public static Path inArchive(final Path archive, final long contentHash) {
        return archive.resolve("%016x.onnx".formatted(contentHash));
    }

    /**
     * Keeps a copy, so that it can be found by what journals say.
     *
     * @param archive folder, made where it is missing.
     * @throws IOException when it cannot be written.
     */
    public void keep(final Path archive) throws IOException {
        Files.createDirectories(archive);
        final Path kept = inArchive(archive, contentHash);
        final Path beside = kept.resolveSibling(kept.getFileName() + MANIFEST);
        if (!Files.exists(beside)) {
            DurableFiles.place(beside, manifest);
        }
        if (!Files.exists(kept)) {
            DurableFiles.place(kept, model);
        }
    }

    /**
     * Loads the model.
     *
     * @param text     names and values of features.
     * @param registry of names.
     * @return the model, to be closed.
     * @throws BadModelException when model or manifest have mistakes, or ONNX Runtime is not there; says all.
     */
    public OnnxModel load(final FeatureText text, final NameRegistry registry) throws BadModelException {
        final String name = file.getFileName().toString();
        final List<String> lines;
        try {
            lines = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(manifest)).toString().lines().toList();
        } catch (final CharacterCodingException e) {
            throw new BadModelException(List.of(name + MANIFEST + ": not UTF-8; allowed: text in UTF-8"));
        }
        final ModelManifest read = new ManifestReader(name + MANIFEST, text, registry).read(lines);
        try {
            return OnnxModel.load(name, model, read, contentHash);
        } catch (final LinkageError e) {
            throw new BadModelException(List.of(name + ": ONNX Runtime cannot be used (" + e
                + "); allowed: com.microsoft.onnxruntime:onnxruntime on the class path, on a machine that it is built"
                + " for, and a folder for temporary files from which libraries may be loaded"));
        }
    }
}
