/**
 * Active features of a request and of a pair of customer and candidate: hashed keys with values. A vector belongs to
 * one thread and is reused; nothing here allocates after its construction.
 */
package io.opportune.engine.feature;
