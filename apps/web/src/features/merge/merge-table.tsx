import { Checkbox, Radio, Table, Text } from '@mantine/core';
import type * as api from '@pellucid/api-client';
import { useTranslation } from 'react-i18next';
import { fieldValueOf } from '@/records/fields/field-place';
import { FieldValue } from '@/records/fields/field-value';
import { fieldOf, type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { ALL, type Choices } from './merge-model';
import classes from './merge-table.module.css';

/** Ground of what is pointed out: the result, or what made two records a pair. */
export const RESULT = 'var(--mantine-color-default-hover)';

interface MergeTableProps {
  object: ObjectDescription;
  /** First the one that stays. */
  records: RecordData[];
  fields: api.MergePreview['fields'];
  into: string;
  choices: Choices;
  result: RecordData | null;
  onInto: (id: string) => void;
  onChoose: (field: string, from: string) => void;
}

/** The records side by side, a row for each field, with the choice of the value that stays and the result. */
export function MergeTable(props: MergeTableProps) {
  const { object, records, fields, into, onInto } = props;
  const { t } = useTranslation('merge');
  return (
    <Table.ScrollContainer minWidth={104 + 150 * (records.length + 1)}>
      <Table className={classes['table']} aria-label={t('compare')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('field')}</Table.Th>
            {records.map((record) => (
              <Table.Th scope="col" key={record.id}>
                <Radio
                  name="into"
                  size="sm"
                  checked={record.id === into}
                  onChange={() => onInto(record.id)}
                  label={recordName(object, record)}
                  description={record.id === into ? t('stays') : t('goes')}
                />
              </Table.Th>
            ))}
            <Table.Th scope="col">{t('result')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <FieldRow key={field.field} {...props} of={field} />
          ))}
        </Table.Tbody>
      </Table>
      {fields.length ? null : (
        <Text size="sm" c="dimmed" p="sm">
          {t('allEqual')}
        </Text>
      )}
    </Table.ScrollContainer>
  );
}

function FieldRow({
  object,
  records,
  into,
  choices,
  result,
  onChoose,
  of,
}: MergeTableProps & { of: api.MergePreview['fields'][number] }) {
  const { t } = useTranslation('merge');
  const described = fieldOf(object, of.field);
  const shown = (record: RecordData) =>
    described ? (
      <FieldValue field={described} value={fieldValueOf(record, { key: of.field })} record={record} isPlain />
    ) : (
      t('lines', { count: ((record[of.field] ?? []) as unknown[]).length })
    );
  const chosen = choices[of.field] ?? into;
  return (
    <Table.Tr>
      <Table.Th scope="row">{of.label}</Table.Th>
      {records.map((record) => (
        <Table.Td key={record.id}>
          {of.choosable && of.differs ? (
            <Radio
              name={`from ${of.field}`}
              size="sm"
              checked={chosen === record.id}
              onChange={() => onChoose(of.field, record.id)}
              aria-label={t('take', { field: of.label, name: recordName(object, record) })}
              label={shown(record)}
            />
          ) : (
            shown(record)
          )}
        </Table.Td>
      ))}
      <Table.Td bg={RESULT}>
        {result ? shown(result) : null}
        {of.unitable && of.differs ? (
          <Checkbox
            size="xs"
            mt={4}
            checked={chosen === ALL}
            onChange={(event) => onChoose(of.field, event.currentTarget.checked ? ALL : into)}
            label={t('unite')}
          />
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
