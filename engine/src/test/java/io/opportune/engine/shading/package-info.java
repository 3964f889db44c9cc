/** Tests of bid shading. */
package io.opportune.engine.shading;
