import { Select, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnreadText } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { LIFETIMES, type Lifetime } from './expiry';

interface ExpiryInputProps {
  lifetime: Lifetime | 'keep';
  day: string | UnreadText | null;
  /** The current expiry in words, if it may be kept. */
  present?: string | undefined;
  error?: ReactNode;
  onChange: (lifetime: Lifetime | 'keep', day: string | UnreadText | null) => void;
}

/** When a key expires: after a usual time span, on a chosen day, or never. */
export function ExpiryInput({ lifetime, day, present, error, onChange }: ExpiryInputProps) {
  const { t } = useTranslation('api-keys');
  return (
    <Stack gap="xs">
      <Select
        label={t('form.expiry')}
        data={[
          ...(present ? [{ value: 'keep', label: present }] : []),
          ...LIFETIMES.map((value) => ({ value, label: t(`form.lifetimes.${value}`) })),
        ]}
        value={lifetime}
        allowDeselect={false}
        error={lifetime === 'date' ? undefined : error}
        onChange={(next) => next && onChange(next as Lifetime | 'keep', day)}
      />
      {lifetime === 'date' ? (
        <FieldInput
          field={{ key: 'day', label: t('form.lastDay'), type: 'date', required: true, readOnly: false }}
          label={t('form.lastDay')}
          value={day}
          error={error}
          onChange={(next) => onChange('date', next as string | UnreadText | null)}
        />
      ) : null}
    </Stack>
  );
}
