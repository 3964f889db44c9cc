/** Tests that need the gateway and the bare echo side by side. */
package io.opportune.bench;
