package io.opportune.engine.profile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reserves the disk blocks of a file (POSIX {@code posix_fallocate}). Chronicle Map makes sparse files; writing to a
 * mapped page without a block on a full disk would kill the process. Does nothing where the system has no such call.
 */
final class DiskReservation {
    private static final int O_RDWR = 2;
    private static final boolean LINUX = "Linux".equals(System.getProperty("os.name"));

    private DiskReservation() {
    }

    /** Reserves all blocks of an existing file; its length stays. */
    @SuppressWarnings("restricted")
    static void reserve(final Path file) throws IOException {
        final Linker linker = Linker.nativeLinker();
        final SymbolLookup symbols = linker.defaultLookup();
        final Optional<MemorySegment> fallocate = symbols.find("posix_fallocate");
        if (!LINUX || fallocate.isEmpty()) {
            return;
        }
        final FunctionDescriptor openType =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        final FunctionDescriptor fallocateType = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        final FunctionDescriptor closeType =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        final MethodHandle open = linker.downcallHandle(
            symbols.find("open").orElseThrow(), openType, Linker.Option.firstVariadicArg(2));
        final MethodHandle close = linker.downcallHandle(symbols.find("close").orElseThrow(), closeType);
        final MethodHandle reserve = linker.downcallHandle(fallocate.get(), fallocateType);
        final long bytes = Files.size(file);
        try (Arena arena = Arena.ofConfined()) {
            final int descriptor = (int) open.invokeExact(arena.allocateFrom(file.toString()), O_RDWR);
            if (descriptor < 0) {
                throw new IOException(file + ": cannot be opened to reserve its blocks");
            }
            final int error = (int) reserve.invokeExact(descriptor, 0L, bytes);
            final int closed = (int) close.invokeExact(descriptor);
            if (error != 0 || closed != 0) {
                throw new IOException(file + ": " + bytes + " bytes cannot be reserved on disk, error " + error);
            }
        } catch (final IOException failed) {
            throw failed;
        } catch (final Throwable impossible) {
            throw new IllegalStateException("a call of the C library failed", impossible);
        }
    }
}
