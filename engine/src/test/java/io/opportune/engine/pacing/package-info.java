/** Tests of pacing: its parts, and simulated weeks of several campaigns at once. */
package io.opportune.engine.pacing;
