// Answers on the page: whose rows, notices and tags they are, whatever comes between.
import { expect, test } from 'vitest';
import { plain } from '../../../gateway/cli/page/paint.ts';
import { SceneDrawer } from '../../../gateway/cli/replay/draw-scene.ts';
import type { Scene, SceneBody } from '../../../gateway/cli/replay/scene.ts';

const began = Date.UTC(2030, 0, 1);

const scene = (statement: string, body: SceneBody): Scene => ({ at: began, statement, ...body });
const asked = (id: string, text: string): Scene =>
  scene(id, { kind: 'statement', text, parameters: [], effect: undefined, rule: undefined });
const columns = (id: string, ...names: readonly string[]): Scene =>
  scene(id, { kind: 'columns', columns: names.map((name) => ({ name, typeOid: 25 })) });
const row = (id: string, ...values: readonly string[]): Scene => scene(id, { kind: 'row', values });
const complete = (id: string, tag: string): Scene => scene(id, { kind: 'complete', tag });
const outcome = (id: string, rows?: number): Scene =>
  scene(id, {
    ...{ kind: 'outcome', state: 'complete', milliseconds: 1, rows, maskedColumns: [], maskedCells: 0 },
    ...{ affected: undefined, bytes: undefined, tag: undefined, sqlstate: undefined, because: undefined },
  });

function drawn(scenes: readonly Scene[]): string {
  const drawer = new SceneDrawer(plain);
  return [...scenes.flatMap((each) => [...drawer.draw(each)]), ...drawer.end()].join('\n');
}

test('notices between the rows leave one table, below them, as in psql', () => {
  const notice = scene('s', { kind: 'notice', text: { severity: 'WARNING', message: 'not owned' } });
  const scenes = [
    asked('s', 'SELECT 1'),
    columns('s', 'id'),
    notice,
    row('s', 'one'),
    notice,
    row('s', 'two'),
  ];
  expect(drawn([...scenes, complete('s', 'SELECT 2'), outcome('s', 2)])).toBe(`[00:00.000] => SELECT 1
WARNING:  not owned
WARNING:  not owned
 id  
-----
 one
 two
(2 rows)

            1 ms
`);
});

test('of portals that are fetched by turns, each has its own rows below its own names', () => {
  const scenes = [
    ...[asked('a', 'SELECT aa'), asked('b', 'SELECT bb')],
    ...[columns('a', 'aa'), row('a', 'a1'), scene('a', { kind: 'suspended' })],
    ...[columns('b', 'bb'), row('b', 'b1'), row('a', 'a2'), complete('a', 'SELECT 1')],
    ...[complete('b', 'SELECT 1'), outcome('a', 2), outcome('b', 1)],
  ];
  const text = drawn(scenes);
  expect(text).toBe(`[00:00.000] => SELECT aa
[00:00.000] => SELECT bb
            to [00:00.000] SELECT aa
 aa 
----
 a1
(1 row, and there were more to fetch)

 aa 
----
 a2
(1 row)

            to [00:00.000] SELECT bb
 bb 
----
 b1
(1 row)

            to [00:00.000] SELECT aa
            1 ms

            to [00:00.000] SELECT bb
            1 ms
`);
});

test('behind a copy that failed, the tag of the next command is told', () => {
  const error = scene('c', { kind: 'error', text: { severity: 'ERROR', message: 'no', code: '22012' } });
  const copying = [asked('c', 'COPY t TO STDOUT'), scene('c', { kind: 'copy', text: '1\n' }), error];
  const text = drawn([
    ...copying,
    outcome('c', 1),
    asked('u', 'UPDATE t'),
    complete('u', 'UPDATE 1'),
    outcome('u'),
  ]);
  expect(text).toContain('=> UPDATE t\nUPDATE 1\n            1 ms\n');
});

test('rows that whoever watches could not be shown are missing at their place, and the next statement has its own', () => {
  const dropped = scene('a', { kind: 'dropped', rows: 4998 });
  const first = [asked('a', 'SELECT aa'), columns('a', 'aa'), row('a', 'a1'), dropped, row('a', 'a2')];
  const rest = [complete('a', 'SELECT 5000'), outcome('a', 5000), asked('u', 'UPDATE t')];
  expect(drawn([...first, ...rest, complete('u', 'UPDATE 1'), outcome('u')])).toBe(`[00:00.000] => SELECT aa
 aa 
----
 a1
(1 row, and 4998 rows left out, since they came too fast)

 aa 
----
 a2
(1 row)

            1 ms

[00:00.000] => UPDATE t
UPDATE 1
            1 ms
`);
});
