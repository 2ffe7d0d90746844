import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { UndoPreview } from '@pellucid/api-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useObjects } from './api/describe-objects';
import { RecordLink } from './fields/record-link';
import { EventChanges } from './log/event-changes';
import type { ObjectDescription } from './object-description';

/** How many records and conflicts are named. */
const NAMED = 5;

interface UndoDialogProps {
  title: string;
  /** What the button says. */
  confirmLabel: string;
  preview: () => Promise<UndoPreview>;
  /** Does it. Resolves to a message about the result, or undefined if something else shows the progress. */
  run: () => Promise<string | undefined>;
  onClose: () => void;
}

/** Shows what undoing would do: how many records, some of them, and what stays. Does it on confirmation. */
export default function UndoDialog({ title, confirmLabel, preview, run, onClose }: UndoDialogProps) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const key = useId();
  const query = useQuery({
    queryKey: ['undo-preview', key],
    queryFn: preview,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const undo = useMutation({
    mutationFn: run,
    onSuccess: (message) => {
      if (message) notify({ message });
      onClose();
    },
  });
  const found = query.data;
  const parts = found
    ? (['restored', 'deleted', 'changed'] as const).flatMap((kind) =>
        found.counts[kind]
          ? [t(`undoing.${kind}`, { count: found.counts[kind], n: formats.number(found.counts[kind]) })]
          : [],
      )
    : [];
  return (
    <Dialog isDirty={false} onClose={onClose} title={title} size="lg">
      {query.isPending ? (
        <Skeleton height={140} radius="md" role="status" aria-label={t('undoing.looking')} />
      ) : null}
      {found ? (
        <Stack gap="sm">
          <Text size="sm">
            {parts.length ? parts.join(' ') : t('undoing.nothing')}
            {found.isComplete ? '' : ` ${t('undoing.more')}`}
          </Text>
          {found.sample.length ? <Sample sample={found.sample} /> : null}
          {found.counts.conflicts ? (
            <Alert
              color="yellow"
              variant="light"
              title={t('undoing.conflicts', {
                count: found.counts.conflicts,
                n: formats.number(found.counts.conflicts),
              })}
            >
              <Conflicts conflicts={found.conflicts} />
            </Alert>
          ) : null}
        </Stack>
      ) : null}
      {query.isError || undo.isError ? (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {problemText(undo.error ?? query.error)}
        </Alert>
      ) : null}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('form.cancel')}
        </Button>
        <Button disabled={!parts.length} loading={undo.isPending} onClick={() => undo.mutate()}>
          {confirmLabel}
        </Button>
      </Group>
    </Dialog>
  );
}

/** Returns a function that finds the description of an object. */
function useDescriptions() {
  const objects = useObjects();
  return (key: string): ObjectDescription | undefined => objects.find((object) => object.key === key);
}

function Name({
  object,
  record,
}: {
  object: ObjectDescription | undefined;
  record: { id: string; name?: string };
}) {
  const name = record.name ?? `…${record.id.slice(-6)}`;
  return object ? (
    <Anchor component={RecordLink} to={`${object.path}/${record.id}`} size="sm">
      {name}
    </Anchor>
  ) : (
    <Text span size="sm">
      {name}
    </Text>
  );
}

function Sample({ sample }: { sample: UndoPreview['sample'] }) {
  const { t } = useTranslation('records');
  const descriptionOf = useDescriptions();
  return (
    <Stack gap={6} component="ul" m={0} pl={0} style={{ listStyle: 'none' }}>
      {sample.slice(0, NAMED).map(({ object, record, does, changes }) => {
        const described = descriptionOf(object);
        return (
          <li key={record.id}>
            <Text size="sm">
              {t(`undoing.does.${does}`, { object: described?.label ?? object })}{' '}
              <Name object={described} record={record} />
            </Text>
            {changes.some(({ field }) => field === 'shares') ? (
              <Text size="xs" c="dimmed">
                {t('undoing.shares')}
              </Text>
            ) : null}
            <EventChanges
              object={described}
              changes={Object.fromEntries(
                changes.map(({ field, before, after }) => [field, { before, after }]),
              )}
            />
          </li>
        );
      })}
      {sample.length > NAMED ? (
        <li>
          <Text size="sm" c="dimmed">
            …
          </Text>
        </li>
      ) : null}
    </Stack>
  );
}

function Conflicts({ conflicts }: { conflicts: UndoPreview['conflicts'] }) {
  const descriptionOf = useDescriptions();
  return (
    <Stack gap={4}>
      {conflicts.slice(0, NAMED).map(({ object, record, field, message }) => (
        <Text size="sm" key={`${record.id} ${field}`}>
          <Name object={descriptionOf(object)} record={record} />
          {': '}
          {message}
        </Text>
      ))}
      {conflicts.length > NAMED ? <Text size="sm">…</Text> : null}
    </Stack>
  );
}
