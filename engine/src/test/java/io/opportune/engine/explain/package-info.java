/** Tests of who may ask for explanations, and how many; what is explained is tested in the package of the server. */
package io.opportune.engine.explain;
