/** Tests of numbers in few bytes. */
package io.opportune.engine.compact;
