package io.opportune.protocol.client;

/**
 * Pending requests by the time at which the timer must look at them: a binary heap over the slots, so that the earliest
 * is known exactly and nothing is allocated. Owned by the event loop.
 */
final class DeadlineHeap {
    private final PendingRequest[] heap;
    private int size;

    DeadlineHeap(final int capacity) {
        heap = new PendingRequest[capacity];
    }

    /** Returns when the earliest is due, or Long.MAX_VALUE when there is none. */
    long earliestNs() {
        return size == 0 ? Long.MAX_VALUE : heap[0].dueNs;
    }

    PendingRequest earliest() {
        return heap[0];
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds the request or moves it to where its new time belongs. */
    void put(final PendingRequest request, final long dueNs) {
        request.dueNs = dueNs;
        if (request.heapIndex < 0) {
            place(request, size++);
        }
        siftUp(request.heapIndex);
        siftDown(request.heapIndex);
    }

    void remove(final PendingRequest request) {
        final int index = request.heapIndex;
        if (index < 0) {
            return;
        }
        request.heapIndex = -1;
        final PendingRequest last = heap[--size];
        heap[size] = null;
        if (last != request) {
            place(last, index);
            siftUp(index);
            siftDown(last.heapIndex);
        }
    }

    private void siftUp(final int start) {
        int index = start;
        while (index > 0) {
            final int parent = (index - 1) / 2;
            if (heap[parent].dueNs <= heap[index].dueNs) {
                return;
            }
            swap(parent, index);
            index = parent;
        }
    }

    private void siftDown(final int start) {
        int index = start;
        while (true) {
            int least = index;
            for (int child = 2 * index + 1; child <= 2 * index + 2 && child < size; child++) {
                if (heap[child].dueNs < heap[least].dueNs) {
                    least = child;
                }
            }
            if (least == index) {
                return;
            }
            swap(least, index);
            index = least;
        }
    }

    private void swap(final int a, final int b) {
        final PendingRequest request = heap[a];
        place(heap[b], a);
        place(request, b);
    }

    private void place(final PendingRequest request, final int index) {
        heap[index] = request;
        request.heapIndex = index;
    }
}
