/**
 * State as a function of the journal: {@link io.opportune.engine.state.StateMachine} applies records, and it is the
 * only thing that changes a profile, whether the server is serving, recovering or replaying. A partition is applied by
 * the thread that owns it.
 */
package io.opportune.engine.state;
