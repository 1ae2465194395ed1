// `portcullis sessions watch`.
import type { AuditEvent } from '../../audit/index.ts';
import { adminExits } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { paintFor } from '../page/paint.ts';
import { SceneDrawer } from '../replay/draw-scene.ts';
import { scenesOf } from '../replay/event-scenes.ts';
import { jsonOf } from '../replay/print-scenes.ts';
import type { Scene } from '../replay/scene.ts';
import { sessionNamed } from './kill.ts';

export const sessionsWatch: Command = {
  name: 'sessions watch',
  summary: 'Watch a session while it runs, as its client sees it',
  usage: 'ID',
  description:
    'ID is what sessions list shows. For administrators: that you watch is on the record, before anything is shown. It ' +
    'begins with the statement that comes next, whether the session is recorded or not. The session does not wait for ' +
    'you: when more comes than can be shown, some is left out, and you are told. sessions kill ends it. A session of ' +
    'another gateway is watched there: the error says which command does so.',
  options: adminOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis sessions watch 20e267ac'],
  prints: 'What the session sends and is answered, as replay does; with --json one object a line.',
  exits: adminExits('There is no such session, or you may not watch it.'),
  async run(invocation) {
    const { terminal, positionals, flag } = invocation;
    const api = await openAdminApi(invocation);
    const id = await sessionNamed(api, (positionals[0] ?? '').toLowerCase());
    const drawer = new SceneDrawer(paintFor(terminal));
    const waits = new Map<string, number>();
    for await (const told of api.follow(`/v1/sessions/${encodeURIComponent(id)}/watch`)) {
      for (const scene of scenesTold(told as Told, waits)) {
        const lines = flag('json') ? [jsonOf(scene, id)] : [...drawer.draw(scene)];
        terminal.stdout.write(lines.map((line) => `${line}\n`).join(''));
      }
    }
    return 0;
  },
};

type Told = Readonly<{ kind?: string; time?: string; event?: AuditEvent; session?: object }>;

function scenesTold(told: Told, waits: Map<string, number>): readonly Scene[] {
  switch (told.kind) {
    case undefined:
    case 'heartbeat':
      return [];
    case 'event': {
      const { subjects = {}, ...event } = told.event as AuditEvent;
      const at = Date.parse(event.time);
      // An event that begins a statement names it.
      const statement = event.statement ?? event.id;
      return scenesOf({ event, subjects }, waits).map((body) => ({ at, statement, ...body }));
    }
    default:
      return [{ ...(told as unknown as Scene), at: Date.parse(told.time ?? '') }];
  }
}
