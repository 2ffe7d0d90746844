import { Alert, Button, Group, Loader, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import {
  type DeletionEffect,
  type DeletionOutcome,
  deletionPreviewQuery,
  type ReferrerPolicy,
} from '../api/deletion-preview';
import type { ObjectDescription } from '../object-description';

interface DeletionChoiceProps {
  object: ObjectDescription;
  ids: string[];
  isPending: boolean;
  /** The error of the deletion itself. */
  error?: unknown;
  confirmLabel: string;
  /** Undefined if nothing refers to the records. */
  onConfirm: (referrers: ReferrerPolicy | undefined) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** Names the records that refer to the ones being deleted, lets the user choose what happens to them, and deletes. */
export function DeletionChoice({
  object,
  ids,
  isPending,
  error,
  confirmLabel,
  onConfirm,
  onCancel,
  children,
}: DeletionChoiceProps) {
  const { t } = useTranslation('records');
  const preview = useQuery(deletionPreviewQuery(object.path, ids));
  const [choice, setChoice] = useState<ReferrerPolicy | undefined>();
  const outcomes = preview.data;
  const refers =
    outcomes !== undefined && outcomes.unlink.effects.length + outcomes.delete.effects.length > 0;
  const isChoice = refers && outcomes.delete.effects.some(({ effect }) => effect === 'delete');
  // Never proposes to delete referring records as long as unlinking is allowed.
  const policy =
    choice ?? (isChoice && !outcomes.unlink.allowed && outcomes.delete.allowed ? 'delete' : 'unlink');
  const outcome = outcomes?.[policy];
  return (
    <Stack gap="md">
      {children}
      {preview.isPending && ids.length > 0 ? (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm" c="dimmed">
            {t('deletion.loading')}
          </Text>
        </Group>
      ) : null}
      {preview.isError ? (
        <Alert color="red" variant="light" role="alert" title={t('deletion.failed')}>
          <Text size="sm">{problemText(preview.error)}</Text>
          <Button size="compact-xs" variant="default" mt="xs" onClick={() => void preview.refetch()}>
            {t('retry')}
          </Button>
        </Alert>
      ) : null}
      {refers && outcome ? (
        <Stack gap="xs">
          {isChoice ? (
            <Radio.Group
              label={t('deletion.question')}
              value={policy}
              onChange={(value) => setChoice(value as ReferrerPolicy)}
            >
              <Stack gap={6} mt={6}>
                <Radio value="unlink" label={t('deletion.unlink')} />
                <Radio value="delete" label={t('deletion.delete')} />
              </Stack>
            </Radio.Group>
          ) : (
            <Text size="sm" fw={500}>
              {t('deletion.refers')}
            </Text>
          )}
          <EffectList outcome={outcome} />
        </Stack>
      ) : null}
      {error ? (
        <Text size="sm" c="var(--pl-bad)" role="alert">
          {problemText(error)}
        </Text>
      ) : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          {t('form.cancel')}
        </Button>
        <Button
          color="red"
          loading={isPending}
          disabled={!outcome?.allowed}
          onClick={() => onConfirm(refers ? policy : undefined)}
          data-autofocus
        >
          {confirmLabel}
        </Button>
      </Group>
    </Stack>
  );
}

function EffectList({ outcome }: { outcome: DeletionOutcome }) {
  const { t } = useTranslation('records');
  const order = { refuse: 0, delete: 1, unlink: 2 };
  return (
    <Stack component="ul" gap={6} m={0} pl="md" aria-label={t('deletion.effects')}>
      {outcome.effects
        .toSorted((a, b) => order[a.effect] - order[b.effect])
        .map((effect) => (
          <EffectLine key={`${effect.effect} ${effect.object} ${effect.field}`} effect={effect} />
        ))}
    </Stack>
  );
}

function EffectLine({ effect }: { effect: DeletionEffect }) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const names = effect.records.map(({ name }) => name).join(', ');
  const rest = effect.count - effect.records.length;
  const values = {
    objects: effect.label,
    field: effect.fieldLabel,
    number: `${formats.number(effect.count)}${effect.capped ? '+' : ''}`,
  };
  return (
    <li>
      <Text size="sm" fw={500} c={effect.allowed ? undefined : 'var(--pl-bad)'}>
        {effect.count > 0 ? t(`deletion.effect.${effect.effect}`, values) : t('deletion.unseen', values)}
      </Text>
      {names ? (
        <Text size="xs" c="dimmed">
          {rest > 0 ? t('deletion.andMore', { names, number: formats.number(rest) }) : names}
        </Text>
      ) : null}
      {effect.allowed || effect.effect === 'refuse' ? null : (
        <Text size="xs" c="var(--pl-bad)">
          {t('deletion.notAllowed')}
        </Text>
      )}
    </li>
  );
}
