/**
 * The command line of Opportune: one class per command, each of which reads its options, asks the engine, and prints.
 * Runs on the main thread; what goes wrong reaches the user as one sentence and an exit code.
 */
package io.opportune.ops;
