/**
 * What happens to a message between the transport and its shard: fields are checked, names become ids, the customer's
 * id becomes a root key, the deadline is set, and overload is turned away at once. Runs on the event loop; every
 * transport shares it.
 */
package io.opportune.engine.admission;
