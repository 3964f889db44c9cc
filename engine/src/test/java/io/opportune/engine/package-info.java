/** What holds for all packages of the engine. */
package io.opportune.engine;
