/**
 * Targeting rules: CEL text is checked once at load and becomes a small tree per offer, evaluated on a flat
 * {@link io.opportune.engine.targeting.Situation}. Compilation runs on control threads; evaluation on the shard that
 * owns the situation, without allocation. The only package that knows CEL; engine/TARGETING.md states the language.
 */
package io.opportune.engine.targeting;
