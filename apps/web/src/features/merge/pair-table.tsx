import { Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { recordQuery } from '@/records/api/get-record';
import { FieldValue } from '@/records/fields/field-value';
import { fieldValueOf } from '@/records/fields/field-place';
import { hasSomethingToShow } from '@/records/fields/something-to-show';
import { fieldOf, type ObjectDescription, recordName } from '@/records/object-description';
import type { DuplicatePair } from './api/duplicates';
import { RESULT } from './merge-table';
import classes from './merge-table.module.css';
import { comparedKeys } from './pair-reasons';

/** The two records of a pair side by side: what made them a pair first, then all else that one of them has. */
export function PairTable({ pair, objects }: { pair: DuplicatePair; objects: ObjectDescription[] }) {
  const { t } = useTranslation('merge');
  const [first, second] = pair.records;
  const both = [useSide(first, objects), useSide(second, objects)];
  const error = both.find(({ query }) => query.error)?.query.error;
  if (error)
    return (
      <Text size="sm" c="var(--pl-bad)" role="alert">
        {problemText(error)}
      </Text>
    );
  const sides = both.flatMap(({ object, query }) =>
    object && query.data ? [{ object, record: query.data }] : [],
  );
  if (sides.length < both.length) return <Skeleton height={120} role="status" aria-label={t('loading')} />;
  const records = sides.map(({ record }) => record);
  const compared = comparedKeys(pair);
  const keys = [...new Set(sides.flatMap(({ object }) => object.fields.map(({ key }) => key)))];
  const rows = keys.flatMap((key) => {
    const fields = sides.map(({ object }) => fieldOf(object, key));
    const [field] = fields.filter((each) => each !== undefined);
    const isShown =
      field &&
      !field.isSystem &&
      !field.isAdded &&
      fields.some((each, n) => each && hasSomethingToShow(records[n]!, each));
    return isShown ? [{ key, label: field.label, fields }] : [];
  });
  const sorted = rows.toSorted((a, b) => Number(compared.has(b.key)) - Number(compared.has(a.key)));
  return (
    <Table.ScrollContainer minWidth={404}>
      <Table
        className={classes['table']}
        style={{ '--table-ground': 'var(--pl-surface)' } as CSSProperties}
        aria-label={t('compare')}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('field')}</Table.Th>
            {sides.map(({ object }, n) => (
              <Table.Th scope="col" key={records[n]!.id}>
                {recordName(object, records[n]!)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map(({ key, label, fields }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{label}</Table.Th>
              {fields.map((field, n) => (
                <Table.Td key={records[n]!.id} bg={compared.has(key) ? RESULT : undefined}>
                  {field ? (
                    <FieldValue
                      field={field}
                      value={fieldValueOf(records[n]!, field)}
                      record={records[n]!}
                      isPlain
                    />
                  ) : null}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function useSide({ object: key, id }: DuplicatePair['records'][number], objects: ObjectDescription[]) {
  const object = objects.find((each) => each.key === key);
  const query = useQuery({
    ...recordQuery(object?.path ?? '', id),
    enabled: object !== undefined,
    retry: false,
  });
  return { object, query };
}
