/** Tests of tokens, notices and encrypted prices. */
package io.opportune.engine.notice;
