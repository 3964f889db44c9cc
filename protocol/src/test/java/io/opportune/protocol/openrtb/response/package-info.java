/**
 * Tests of the writing of responses; those against the specification's schemas stand in the engine, which has the
 * libraries.
 */
package io.opportune.protocol.openrtb.response;
