/** Tests of what deciding again stands on. */
package io.opportune.engine.replay;
