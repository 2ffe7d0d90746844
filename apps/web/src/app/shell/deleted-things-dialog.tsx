import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import parts from '@/app/shell/settings-parts.module.css';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';

/** A definition that was deleted, such as a field or an object. */
interface DeletedThing {
  id: string;
  label: string;
}

interface DeletedThingsDialogProps<Thing extends DeletedThing> {
  /** Namespace of the texts: `deleted.text`, `deleted.none`, `deleted.restore`, `deleted.restoreNamed`, `deleted.restored`. */
  texts: string;
  title: string;
  things: UseQueryResult<Thing[]>;
  /** Restores one and returns it. */
  restore: (thing: Thing) => Promise<unknown>;
  /** What stands before its name. */
  mark?: (thing: Thing) => ReactNode;
  /** What stands below its name. */
  about: (thing: Thing) => string | null;
  onClose: () => void;
}

/** What was deleted in the last 30 days, each with a button that restores it. */
export function DeletedThingsDialog<Thing extends DeletedThing>({
  texts,
  title,
  things,
  restore: bringBack,
  mark,
  about,
  onClose,
}: DeletedThingsDialogProps<Thing>) {
  const { t } = useTranslation(texts);
  const restore = useMutation({
    mutationFn: bringBack,
    onSuccess: (_, { label }) => notify({ message: t('deleted.restored', { name: label }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Dialog title={title} isDirty={false} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('deleted.text')}
        </Text>
        {things.isPending ? (
          <Skeleton height={48} radius="md" role="status" aria-label={t('loading')} />
        ) : things.isError ? (
          <Text size="sm" c="var(--pl-bad)" role="alert">
            {problemText(things.error)}{' '}
            <Button size="compact-xs" variant="subtle" onClick={() => void things.refetch()}>
              {t('retry')}
            </Button>
          </Text>
        ) : things.data.length === 0 ? (
          <Text size="sm">{t('deleted.none')}</Text>
        ) : (
          <ul className={parts['rows']} aria-label={title}>
            {things.data.map((thing) => (
              <li key={thing.id} className={parts['row']} data-fixed>
                {mark?.(thing)}
                <span className={parts['what']}>
                  <span className={parts['name']}>{thing.label}</span>
                  <span className={parts['sub']}>{about(thing)}</span>
                </span>
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={restore.isPending && restore.variables.id === thing.id}
                  aria-label={t('deleted.restoreNamed', { name: thing.label })}
                  onClick={() => restore.mutate(thing)}
                >
                  {t('deleted.restore')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Dialog>
  );
}
