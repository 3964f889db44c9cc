/**
 * Consent strings and what they permit: decoders of IAB TCF, GPP and us_privacy strings that read bytes where they lie,
 * and a gate that turns the regulatory signals of one request into the actions that are permitted. Nothing that cannot
 * be understood permits anything. Decoders and gates are reused and owned by one thread each (an event loop); settings
 * are immutable. It knows no transport and no profile; rules and sources stand in {@code engine/PRIVACY.md}.
 */
package io.opportune.engine.privacy;
