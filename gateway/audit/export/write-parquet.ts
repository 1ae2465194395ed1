// Rows as a Parquet file, one row group after the other, so that a file of any size takes the memory of one.
import { open } from 'node:fs/promises';
import { zstdCompressSync } from 'node:zlib';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import type { Cell, Column } from './column.ts';

const rowsOfAGroup = 50_000;

type SchemaElement = NonNullable<Parameters<typeof parquetWriteRows>[0]['schema']>[number];

/** Replaces what is there. */
export async function writeParquet<Row>(
  file: string,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
  createdBy: string,
): Promise<void> {
  // The library would make it with rights for everybody.
  await (await open(file, 'w', 0o600)).close();
  await parquetWriteRows({
    writer: fileWriter(file),
    rows: cellsOf(columns, rows),
    columns: columns.map(({ name }) => ({ name })),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(elementsOf)],
    rowGroupSize: rowsOfAGroup,
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    createdBy,
  });
}

async function* cellsOf<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<Record<string, unknown>> {
  for await (const row of rows)
    yield Object.fromEntries(columns.map(({ name, kind, of }) => [name, parquetValue(of(row), kind)]));
}

function parquetValue(cell: Cell, kind: Column<never>['kind']): unknown {
  if (cell === undefined) return null;
  if (kind === 'time') return new Date(String(cell));
  if (kind === 'integer') return BigInt(Math.trunc(Number(cell)));
  return cell;
}

function elementsOf({ name, kind }: Column<never>): SchemaElement[] {
  const repetition_type = 'OPTIONAL';
  switch (kind) {
    case 'time':
      return [{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type }];
    case 'text':
      return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }];
    case 'json':
      return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }];
    case 'integer':
      return [{ name, type: 'INT64', repetition_type }];
    case 'number':
      return [{ name, type: 'DOUBLE', repetition_type }];
    case 'list':
      return [
        { name, converted_type: 'LIST', repetition_type, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type },
      ];
  }
}
