/** Tests of the package of the same name. */
package io.opportune.engine.decision;
