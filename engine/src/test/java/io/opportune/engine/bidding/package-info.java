/** Tests of the parts of bidding; whole requests are tested with a whole server, in the package of the server. */
package io.opportune.engine.bidding;
