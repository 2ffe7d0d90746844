import { recordDescriptors } from '@pellucid/modules/lists/records';
import {
  defineLines,
  defineRecord,
  field,
  type FieldDescriptor,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import {
  columnsOf,
  declaredFor,
  FIELD_TYPE_NAMES,
  FIELD_TYPES,
  type FieldType,
  makeField,
  refersToRecords,
  sampleValues,
  valueOfTarget,
} from '@pellucid/platform/records/testing';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { type TestApi, testApi } from './api-process.js';
import { workerBeside } from './worker-in-process.js';

/** What the fields of a type need besides what `declaredFor` says: records of the product to refer to, and a currency. */
const declaredHere = (type: FieldType) => ({
  ...declaredFor(type),
  ...(FIELD_TYPES[type].family === 'reference' ? { references: 'account' } : {}),
  ...(FIELD_TYPES[type].isAmount ? { currency: { fixed: 'BHD' } } : {}),
});

/** A field of every type that lines can have, for the lines that the object's records own. */
const partFields = FIELD_TYPE_NAMES.map((type) =>
  makeField(type, `${type}Part`, `Part ${type}`, declaredHere(type)),
).filter((f) => f.linksTo === undefined);

/** An object with one field of every type, and lines with one; records that are closed are frozen. */
export const everyType: RecordDescriptor = defineRecord({
  key: 'sample',
  plural: 'samples',
  label: 'Sample',
  pluralLabel: 'Samples',
  table: 'sample',
  fields: [
    field.text('name', 'Name', { required: true, searchable: true, defaultColumn: true }),
    field.boolean('isClosed', 'Closed'),
    ...FIELD_TYPE_NAMES.map((type) => makeField(type, `${type}Value`, `A ${type}`, declaredHere(type))),
  ],
  lines: [
    defineLines({
      key: 'parts',
      label: 'Parts',
      table: 'sample_part',
      ownerColumn: 'sample_id',
      fields: partFields,
    }),
  ],
  frozen: {
    when: { field: 'isClosed', op: 'eq', value: true },
    code: 'sampleClosed',
    message: 'This sample is closed. Nobody can change it any more.',
  },
});

/** The fields of every type. */
export const typedFields: FieldDescriptor[] = FIELD_TYPE_NAMES.map(
  (type) => everyType.byKey.get(`${type}Value`)!,
);

/** The fields of every type that lines have. */
export const partsFields: FieldDescriptor[] = everyType.lines[0]!.fields;

/** The settings of a field of the type that a company defines. */
export function settingsFor(type: FieldType): object {
  const { currency, ...settings } = declaredHere(type) as { currency?: { fixed: string } };
  return { ...settings, ...(currency ? { currency: currency.fixed } : {}) };
}

/** Two values of the field that have nothing in common, as requests give them. @param targets ids of records that references point to */
export function twoValues(f: FieldDescriptor, targets: string[]): [unknown, unknown] {
  const values = refersToRecords(f)
    ? targets
        .map((id) => valueOfTarget(f, { object: 'account', id }))
        .map((value) => (f.traits.isList ? [value] : value))
    : sampleValues(f).filter((value) => !Array.isArray(value) || value.length > 0);
  const [first] = values;
  const isApart = (value: unknown) => ![value].flat().some((part) => [first].flat().includes(part));
  return [first, values.findLast(isApart)];
}

/**
 * Starts the whole product, API and worker, with the object of every type beside its own, on a database that has the
 * table for it.
 */
export async function productWithEveryType(): Promise<{
  api: TestApi;
  database: TestDatabase;
  close(): Promise<void>;
}> {
  const database = await testDatabase();
  await createTable(database);
  recordDescriptors.push(everyType);
  try {
    const api = await testApi(database);
    const worker = await workerBeside(api);
    return {
      api,
      database,
      close: async () => {
        await worker.close();
        await api.close();
        await database.drop();
      },
    };
  } finally {
    recordDescriptors.splice(recordDescriptors.indexOf(everyType), 1);
  }
}

/** Creates the object's table, with the columns that every record has, as tags have them, and the table of its lines. */
async function createTable(database: TestDatabase): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    const own = everyType.fields.filter((f) => !['owner', 'legalEntity'].includes(f.key));
    const columns = own.flatMap(columnsOf);
    await owner.query(`create table sample (like tag including all)`);
    await owner.query('alter table sample drop column name, drop column name_norm, drop column color');
    await owner.query(`alter table sample ${columns.map((column) => `add column ${column}`).join(', ')}`);
    await owner.query(`select protect_record_table('sample')`);
    const parts = partFields.map(({ storage, traits }) => `${storage.columns[0]} ${traits.sqlType}`);
    await owner.query(
      `create table sample_part (tenant_id uuid not null, id uuid not null, sample_id uuid not null, position integer not null,
         ${parts.join(', ')}, primary key (tenant_id, id), foreign key (tenant_id, sample_id) references sample)`,
    );
    await owner.query('create index on sample_part (tenant_id, sample_id, position, id)');
    await owner.query(`select protect_tenant_table('sample_part')`);
  } finally {
    await owner.end();
  }
}
