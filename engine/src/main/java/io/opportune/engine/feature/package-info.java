/**
 * What is known of a request, of its customer and of a candidate as hashed keys with values, for those who learn and
 * score: the list of features, what encodes them, and words for keys. Vectors and encoders belong to one thread, are
 * reused and allocate nothing after their construction.
 */
package io.opportune.engine.feature;
