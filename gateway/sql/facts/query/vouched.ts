// What a security team says of a function, as if its definition said it.
import type { Relation, Vouch } from '../catalog-view.ts';
import type { Collector, Through } from '../collector.ts';

export function followVouch({ reads, writes }: Vouch, collector: Collector, inside: Through): void {
  for (const name of reads) vouchedColumn(name, collector, inside);
  for (const name of writes) {
    const relation = find(name.split('.'), collector);
    if (relation === undefined) {
      collector.opaque('unknown_object', `a vouched function writes ${name}, which does not exist`);
      continue;
    }
    collector.access(relation, ['insert', 'update', 'delete'], inside);
  }
}

function vouchedColumn(name: string, collector: Collector, inside: Through): void {
  const parts = name.split('.');
  const relation = find(parts.slice(0, -1), collector);
  const column = relation?.columns.find((candidate) => candidate?.name === parts.at(-1));
  if (relation === undefined || column === undefined) {
    collector.opaque('unknown_object', `a vouched function reads ${name}, which does not exist`);
    return;
  }
  collector.access(relation, ['select'], inside);
  collector.useColumn(relation, column.number, 'read', inside);
}

function find([schema, name]: readonly (string | undefined)[], collector: Collector): Relation | undefined {
  return schema === undefined || name === undefined
    ? undefined
    : collector.catalog.findRelation(schema, name, []);
}
