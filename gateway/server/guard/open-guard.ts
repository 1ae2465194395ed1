// What stands between sessions and the server while no policy does: everything is allowed that carries SQL.
import { Fault } from '../../lib/index.ts';
import { allow, deny, type Guard } from '../../session/index.ts';

export const openGuard: Guard = {
  decide: (statement) =>
    statement.path === 'function_call' ? deny(new Fault('function_call_refused')) : allow,
  pinned: { client_encoding: 'UTF8', standard_conforming_strings: 'on' },
};
