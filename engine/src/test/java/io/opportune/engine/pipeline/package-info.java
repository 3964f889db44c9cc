/** Tests of the package of this name. */
package io.opportune.engine.pipeline;
