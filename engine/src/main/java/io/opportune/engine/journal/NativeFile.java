package io.opportune.engine.journal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * An open file on which disk can be reserved: {@code posix_fallocate}, which the JDK does not offer. Without it a
 * mapped file is sparse, and a store into a page for which the full disk has no block ends the process (SIGBUS).
 * Where the C library lacks the call, reserving reports that it is not supported. Owned by one thread.
 */
final class NativeFile implements AutoCloseable {
    /** The blocks are on the disk: stores into this range cannot fail for want of space. */
    static final int RESERVED = 0;
    /** ENOSPC of Linux. */
    static final int NO_SPACE = 28;
    /** EOPNOTSUPP of Linux; also stands for a platform without the call. */
    static final int UNSUPPORTED = 95;

    private static final int READ_WRITE_CREATE_CLOEXEC = 2 | 0x40 | 0x80000;
    private static final int READ_ONLY_CLOEXEC = 0x80000;
    private static final int MADV_RANDOM = 1;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int OWNER_WRITES_ALL_READ = 0644;
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), 2);
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);
    private static final MethodHandle RESERVE = function("posix_fallocate", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), -1);
    private static final MethodHandle SEEK = function("lseek", FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT), -1);

    private static final MethodHandle ADVISE = function("madvise", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT), -1);

    private final int descriptor;

    private NativeFile(final int descriptor) {
        this.descriptor = descriptor;
    }

    /** Opens, creating an empty file where there is none; on a failure every later call reports UNSUPPORTED. */
    static NativeFile open(final Path file) {
        return open(file, READ_WRITE_CREATE_CLOEXEC);
    }

    /** Opens an existing file for {@link #dataBytes} only. */
    static NativeFile openForReading(final Path file) {
        return open(file, READ_ONLY_CLOEXEC);
    }

    private static NativeFile open(final Path file, final int flags) {
        if (!supported()) {
            return new NativeFile(-1);
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
            return new NativeFile((int) OPEN.invokeExact(path, flags, OWNER_WRITES_ALL_READ));
        } catch (final Throwable unexpected) {
            throw new IllegalStateException("open " + file, unexpected);
        }
    }

    /**
     * Turns off read-ahead in a mapping. An append-only file never reads, yet its first store into a fresh page would
     * make the kernel fill as many pages as the device's read-ahead says: 21 ms at 8 MiB, measured. With this it is one
     * page at a time.
     */
    static void adviseRandom(final long address, final long lengthBytes) {
        if (ADVISE != null) {
            try {
                final int ignored = (int) ADVISE.invokeExact(address, lengthBytes, MADV_RANDOM);
            } catch (final Throwable unexpected) {
                throw new IllegalStateException("madvise", unexpected);
            }
        }
    }

    /** Makes sure that the range has blocks on the disk; 0 bytes allocated on the heap. Gives an errno. */
    int reserve(final long offset, final long lengthBytes) {
        if (descriptor < 0) {
            return UNSUPPORTED;
        }
        try {
            return (int) RESERVE.invokeExact(descriptor, offset, lengthBytes);
        } catch (final Throwable unexpected) {
            throw new IllegalStateException("posix_fallocate", unexpected);
        }
    }

    /** Bytes of the file that hold data; holes and blocks reserved but never written are left out. -1: cannot tell. */
    long dataBytes() {
        if (descriptor < 0) {
            return -1;
        }
        try {
            long total = 0;
            long hole = 0;
            while (true) {
                final long data = (long) SEEK.invokeExact(descriptor, hole, SEEK_DATA);
                if (data < 0) {
                    return total;
                }
                hole = (long) SEEK.invokeExact(descriptor, data, SEEK_HOLE);
                if (hole <= data) {
                    return total;
                }
                total += hole - data;
            }
        } catch (final Throwable unexpected) {
            throw new IllegalStateException("lseek", unexpected);
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            try {
                final int ignored = (int) CLOSE.invokeExact(descriptor);
            } catch (final Throwable unexpected) {
                throw new IllegalStateException("close", unexpected);
            }
        }
    }

    static boolean supported() {
        return OPEN != null && CLOSE != null && RESERVE != null && SEEK != null;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(final String name, final FunctionDescriptor type, final int firstVariadic) {
        if (!LINUX) {
            return null;
        }
        final Linker linker = Linker.nativeLinker();
        final SymbolLookup lookup = linker.defaultLookup();
        final Linker.Option[] options = firstVariadic < 0
            ? new Linker.Option[0] : new Linker.Option[] {Linker.Option.firstVariadicArg(firstVariadic)};
        return lookup.find(name).map(symbol -> linker.downcallHandle(symbol, type, options)).orElse(null);
    }
}
