package io.opportune.engine.gateway;

import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Netty samples buffers for leaks, with a stack trace each: that is not what a test of allocations measures. */
public final class WithoutLeakDetection implements BeforeEachCallback, AfterEachCallback {
    private ResourceLeakDetector.Level before;

    @Override
    public void beforeEach(final ExtensionContext context) {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        ResourceLeakDetector.setLevel(before);
    }
}
