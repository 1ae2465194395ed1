// Agents as principals of their own: registered, with an owner, a purpose, a scope and keys.
export type { Agent, AgentKey } from './agent.ts';
export {
  addKey,
  agentNamed,
  readAgentKeys,
  readAgents,
  register,
  remove,
  resume,
  revokeKey,
  suspend,
} from './agents.ts';
export type { Registration } from './agents.types.ts';
export { type AgentChange, changesTo } from './changes.ts';
export { readRegistrations } from './read-registrations.ts';
export { AgentRegister } from './register.ts';
