/** Tests of profiles' parts: currencies, rates, caps, margins. */
package io.opportune.engine.exchange;
