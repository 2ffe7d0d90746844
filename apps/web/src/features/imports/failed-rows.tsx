import { Alert, Button, Group, Skeleton, Text, TextInput, UnstyledButton } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { recordKeys } from '@/records/api/record-keys';
import type { FailedRow, ImportRun, RowReason } from './api/import.types';
import { failedRowsQuery, importKeys, retryRows } from './api/imports';
import { isEveryRowFailed } from './progress';
import classes from './failed-rows.module.css';

interface FailedRowsProps {
  run: ImportRun;
  /** Whether cells can be corrected and the rows imported again. */
  canCorrect: boolean;
}

/** The failed rows, by reason. Their cells can be corrected, and only these rows are imported again. */
export function FailedRows({ run, canCorrect }: FailedRowsProps) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const titleId = useId();
  const [kind, setKind] = useState<string | undefined>();
  const [edits, setEdits] = useState<Record<number, string[]>>({});
  useUnsavedChanges(Object.keys(edits).length > 0);
  const queryClient = useQueryClient();
  const query = useInfiniteQuery(failedRowsQuery(run.id, kind));
  const retry = useMutation({
    mutationFn: (rows: { row: number; cells: string[] }[]) => retryRows(run.id, rows),
    onSuccess: ({ rows }) => {
      const failed = rows.filter(({ status }) => status === 'failed').length;
      const done = rows.length - failed;
      if (done > 0)
        notify({
          color: failed ? 'yellow' : 'green',
          message: t('failed.retried', { count: done, rows: formats.number(done) }),
        });
      setEdits((current) =>
        Object.fromEntries(
          Object.entries(current).filter(([row]) => !rows.some((r) => r.row === Number(row))),
        ),
      );
      setKind(undefined);
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: importKeys.run(run.id) });
      void queryClient.invalidateQueries({ queryKey: recordKeys.all });
    },
  });
  if (query.isPending) return <Skeleton height={120} radius="md" mt="lg" aria-label={t('failed.loading')} />;
  if (query.isError)
    return (
      <Alert color="yellow" variant="light" mt="lg" icon={<IconAlertTriangle size={18} />}>
        {problemText(query.error)}
      </Alert>
    );
  const [first] = query.data.pages;
  const { reasons, columns } = first!;
  const rows = query.data.pages.flatMap((page) => page.data);
  const edited = rows.filter(({ row }) => edits[row]);
  return (
    <section className={classes['failed']} aria-labelledby={titleId}>
      <h2 id={titleId} className={classes['title']}>
        {t(run.preview ? 'failed.dryTitle' : 'failed.title', {
          count: run.counts.failed,
          rows: formats.number(run.counts.failed),
        })}
      </h2>
      <ul className={classes['reasons']}>
        {reasons.map((reason) => (
          <li key={reason.kind}>
            <UnstyledButton
              className={classes['reason']}
              aria-pressed={kind === reason.kind}
              onClick={() => setKind(kind === reason.kind ? undefined : reason.kind)}
            >
              <span className={classes['count']}>{formats.number(reason.count)}</span>
              <span>{messageOf(reason.reasons)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Group justify="space-between" gap="xs" mt="md" mb="xs">
        <Text size="xs" c="dimmed">
          {t(canCorrect ? 'failed.help' : isEveryRowFailed(run.counts) ? 'failed.dryNone' : 'failed.dryHelp')}
        </Text>
        {canCorrect ? (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              disabled={rows.length === 0}
              loading={retry.isPending}
              onClick={() => retry.mutate(rows.slice(0, MOST_AT_ONCE).map(withEdits(edits)))}
            >
              {t('failed.retryShown', { count: Math.min(rows.length, MOST_AT_ONCE) })}
            </Button>
            <Button
              size="xs"
              disabled={edited.length === 0}
              loading={retry.isPending}
              onClick={() => retry.mutate(edited.slice(0, MOST_AT_ONCE).map(withEdits(edits)))}
            >
              {t('failed.retry', { count: edited.length })}
            </Button>
          </Group>
        ) : null}
      </Group>
      <section
        className={classes['scroll']}
        aria-label={t('failed.rows')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t('file.row')}</th>
              <th scope="col">{t('failed.reason')}</th>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.row} data-edited={edits[row.row] ? true : undefined}>
                <th scope="row">{row.row}</th>
                <td className={classes['why']}>{messageOf(row.reasons)}</td>
                {columns.map((name, at) => (
                  <td key={name}>
                    {canCorrect ? (
                      <TextInput
                        size="xs"
                        aria-label={t('failed.cell', { column: name, row: row.row })}
                        value={(edits[row.row] ?? row.cells)[at] ?? ''}
                        onChange={({ currentTarget: { value } }) =>
                          setEdits((current) => ({
                            ...current,
                            [row.row]: columns.map((_, i) =>
                              i === at ? value : ((current[row.row] ?? row.cells)[i] ?? ''),
                            ),
                          }))
                        }
                      />
                    ) : (
                      (row.cells[at] ?? '')
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <LoadMore query={query} label={t('more')} />
    </section>
  );

  function withEdits(changes: Record<number, string[]>) {
    return ({ row, cells }: FailedRow) => ({
      row,
      cells: changes[row] ?? columns.map((_, i) => cells[i] ?? ''),
    });
  }
}

const messageOf = (reasons: RowReason[]) => reasons.map(({ message }) => message).join(' ');

/** Maximum number of rows that the API takes at once. */
const MOST_AT_ONCE = 200;
