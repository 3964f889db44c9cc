package io.opportune.engine.learning;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory outside the heap in pages of 2 MiB where Linux gives them (transparent huge pages, {@code madvise}): random
 * reads of a table otherwise wait for a page walk each. Where it does not, ordinary memory. Stateless.
 */
final class LargePages {
    private static final long PAGE_BYTES = 2L << 20;
    private static final long LINE_BYTES = 64;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;
    private static final MethodHandle MAP = function("mmap", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle UNMAP = function("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT,
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle ADVISE = function("madvise", FunctionDescriptor.of(ValueLayout.JAVA_INT,
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private LargePages() {
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(final String name, final FunctionDescriptor descriptor) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        final Linker linker = Linker.nativeLinker();
        final SymbolLookup library = linker.defaultLookup();
        return library.find(name).map(symbol -> linker.downcallHandle(symbol, descriptor)).orElse(null);
    }

    /** Zeroed memory, freed when nothing refers to it any more. */
    static MemorySegment allocate(final long bytes) {
        if (bytes >= PAGE_BYTES && MAP != null && UNMAP != null && ADVISE != null) {
            final MemorySegment mapped = map(bytes);
            if (mapped != null) {
                return mapped;
            }
        }
        return Arena.ofAuto().allocate(bytes, LINE_BYTES);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment map(final long bytes) {
        final long mapped = (bytes + 2 * PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        try {
            final long address = (long) MAP.invokeExact(0L, mapped, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            if (address == -1) {
                return null;
            }
            final long start = (address + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
            // Refused advice costs speed only.
            final int ignored = (int) ADVISE.invokeExact(start, bytes / PAGE_BYTES * PAGE_BYTES, MADV_HUGEPAGE);
            return MemorySegment.ofAddress(start)
                .reinterpret(bytes, Arena.ofAuto(), segment -> unmap(address, mapped));
        } catch (final Throwable unexpected) {
            throw new IllegalStateException("mmap of " + mapped + " bytes", unexpected);
        }
    }

    private static void unmap(final long address, final long bytes) {
        try {
            final int ignored = (int) UNMAP.invokeExact(address, bytes);
        } catch (final Throwable unexpected) {
            throw new IllegalStateException("munmap", unexpected);
        }
    }
}
