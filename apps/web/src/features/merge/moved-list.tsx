import { Stack, Text, Title } from '@mantine/core';
import type * as api from '@pellucid/api-client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';

/** What links to the records that go, and moves. Renders nothing if there is nothing. */
export function MovedList({ moves }: { moves: api.MergePreview['moves'] }) {
  const { t } = useTranslation('merge');
  const formats = useFormats();
  if (!moves.length) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        {t('moves')}
      </Title>
      {moves.map(({ object, label, field, fieldLabel, count, capped, records }) => (
        <Text size="sm" key={`${object} ${field}`}>
          {`${label} (${fieldLabel}): ${formats.number(count)}${capped ? '+' : ''} – `}
          <Text span size="sm" c="dimmed">
            {records.map(({ name }) => name).join(', ')}
            {count > records.length ? ' …' : ''}
          </Text>
        </Text>
      ))}
    </Stack>
  );
}
