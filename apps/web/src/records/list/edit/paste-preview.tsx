import { Alert, Button, Group, Loader, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '../../api/describe-objects';
import { newCause } from '../../api/undo';
import { type BulkAnswer, changeRecords } from '../../api/write-record';
import { failureText } from '../../failure-text';
import { FieldValue } from '../../fields/field-value';
import { fieldValueOf } from '../../fields/field-place';
import { isSameValue, toWireValue } from '../../fields/wire-value';
import {
  type FieldDescription,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../../object-description';
import { showUndo } from '../../undo';
import { readCell } from './cell-text';

/** A cell that a pasted text falls on. */
export interface PastedCell {
  record: RecordData;
  field: FieldDescription;
  text: string;
  /** Whether the user may change it. */
  isLocked: boolean;
}

interface Change {
  record: RecordData;
  field: FieldDescription;
  before: unknown;
  after: unknown;
  /** Why it can't be written. */
  message: string | undefined;
}

interface PastePreviewProps {
  object: ObjectDescription;
  cells: PastedCell[];
  /** Cells that fall outside of the list. */
  outside: number;
  onClose: () => void;
}

/** How many cells are shown; the numbers above speak of all. */
const SHOWN = 200;

/** What pasting a block would change, cell by cell, before anything is written; then what was refused. */
export default function PastePreview({ object, cells, outside, onClose }: PastePreviewProps) {
  const { t } = useTranslation('views');
  const formats = useFormats();
  const objects = useObjects();
  const [cause] = useState(newCause);
  const [refused, setRefused] = useState<{ name: string; why: string }[] | undefined>();
  const read = useQuery({
    queryKey: ['paste', object.path, cells],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Change[]> => {
      const changes = await Promise.all(
        cells.map(async ({ record, field, text, isLocked }) => {
          const before = fieldValueOf(record, field) ?? null;
          const reading = isLocked
            ? { message: t('paste.locked') }
            : await readCell(field, text, record, { objects, formats, t });
          return 'message' in reading
            ? { record, field, before, after: text, message: reading.message }
            : { record, field, before, after: reading.value, message: undefined };
        }),
      );
      return changes.filter(
        ({ field, before, after, message }) => message !== undefined || !isSameValue(field, before, after),
      );
    },
  });
  const changes = read.data ?? [];
  const writable = changes.filter(({ message }) => message === undefined);
  const rowsOf = () => {
    const rows = new Map<string, { id: string } & Record<string, unknown>>();
    for (const { record, field, after } of writable) {
      const row: { id: string } & Record<string, unknown> = rows.get(record.id) ?? { id: record.id };
      row[field.key] = toWireValue(field, after);
      rows.set(record.id, row);
    }
    return [...rows.values()];
  };
  const write = useMutation({
    mutationFn: (rows: ({ id: string } & Record<string, unknown>)[]) =>
      changeRecords(object.path, rows, cause),
    onSuccess: ({ results }: BulkAnswer, rows) => {
      const failed = results.flatMap(({ index, errors }) =>
        errors?.length ? [{ id: rows[index]?.id ?? '', errors }] : [],
      );
      const done = new Set(rows.map(({ id }) => id).filter((id) => !failed.some((each) => each.id === id)));
      if (done.size) showUndo({ message: t('paste.done', { count: done.size }), cause });
      if (!failed.length) return onClose();
      const nameOf = (id: string) => {
        const record = cells.find((cell) => cell.record.id === id)?.record;
        return record ? recordName(object, record) : id;
      };
      setRefused(failed.map(({ id, errors }) => ({ name: nameOf(id), why: failureText(errors) })));
    },
  });
  const wrong = changes.length - writable.length;
  return (
    <Dialog size="lg" isDirty={false} title={t('paste.title')} onClose={onClose}>
      {refused ? (
        <>
          <Alert color="red" variant="light" role="alert" mb="md">
            {t('paste.refused', { count: refused.length })}
          </Alert>
          <ul>
            {refused.map(({ name, why }) => (
              <li key={`${name} ${why}`}>
                <b>{name}</b>: {why}
              </li>
            ))}
          </ul>
          <Group justify="flex-end" mt="md">
            <Button onClick={onClose}>{t('paste.close')}</Button>
          </Group>
        </>
      ) : read.isPending ? (
        <Loader size="sm" aria-label={t('paste.reading')} />
      ) : (
        <>
          <Text size="sm" mb="xs" role="status">
            {t('paste.summary', { count: writable.length })}
            {wrong ? ` ${t('paste.wrong', { count: wrong })}` : ''}
            {outside ? ` ${t('paste.outside', { count: outside })}` : ''}
          </Text>
          {read.isError || write.isError ? (
            <Alert color="red" variant="light" role="alert" mb="xs">
              {problemText(read.error ?? write.error)}
            </Alert>
          ) : null}
          {changes.length ? (
            <Table.ScrollContainer minWidth={520} mah={380}>
              <Table stickyHeader verticalSpacing={6} fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    {(['record', 'field', 'before', 'after'] as const).map((head) => (
                      <Table.Th key={head}>{t(`paste.${head}`)}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {changes.slice(0, SHOWN).map(({ record, field, before, after, message }) => (
                    <Table.Tr key={`${record.id} ${field.key}`}>
                      <Table.Td>{recordName(object, record)}</Table.Td>
                      <Table.Td>{field.label}</Table.Td>
                      <Table.Td>
                        <FieldValue field={field} value={before} record={record} isPlain />
                      </Table.Td>
                      <Table.Td>
                        {message === undefined ? (
                          <FieldValue
                            field={field}
                            value={after}
                            record={record}
                            visibility="clear"
                            isPlain
                          />
                        ) : (
                          <>
                            <s>{String(after)}</s>
                            <Text size="xs" c="var(--pl-bad)">
                              {message}
                            </Text>
                          </>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          ) : null}
          <Group justify="flex-end" mt="md" gap="xs">
            <CancelButton>{t('cancel')}</CancelButton>
            <Button
              disabled={writable.length === 0}
              loading={write.isPending}
              onClick={() => write.mutate(rowsOf())}
            >
              {t('paste.confirm', { count: writable.length })}
            </Button>
          </Group>
        </>
      )}
    </Dialog>
  );
}
