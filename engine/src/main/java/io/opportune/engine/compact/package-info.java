/**
 * Numbers in few bytes, for forms that travel in messages and stand in the journal. Writer and reader belong to one
 * thread each; they allocate nothing, and neither goes beyond the bytes it was given.
 */
package io.opportune.engine.compact;
