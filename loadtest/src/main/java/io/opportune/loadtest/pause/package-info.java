/** Stretches of time in which a core or a thread stood still, so that what they did to a measurement can be told. */
package io.opportune.loadtest.pause;
