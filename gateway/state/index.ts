// What must outlive a process and reach all of them: a PostgreSQL of its own, and what is kept there.

export { type EmbeddedState, hasEmbeddedState, startEmbeddedState } from './embedded/embedded-state.ts';
export { initialise, keptPassword, superuser } from './embedded/initialise.ts';
export { findPostgresHome, hasEmbeddedPrograms } from './embedded/programs.ts';
export { endForgotten, type PostgresServer, startServer } from './embedded/server.ts';
export { missingSteps } from './migrate.ts';
export { openState, type Query, type Row, type State, type StateOptions, type StateStatus } from './state.ts';
