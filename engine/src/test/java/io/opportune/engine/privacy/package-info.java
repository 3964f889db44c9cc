/** Tests of the consent decoders and of the gate, against the published vectors and two independent decoders. */
package io.opportune.engine.privacy;
