/** Tests of pauses. */
package io.opportune.loadtest.pause;
