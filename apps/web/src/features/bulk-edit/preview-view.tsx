import { Alert, Stack, Text } from '@mantine/core';
import type { BulkPreview } from '@pellucid/api-client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { failureText } from '@/records/failure-text';
import { EventChanges } from '@/records/log/event-changes';
import type { ObjectDescription } from '@/records/object-description';
import classes from './preview-view.module.css';

/** How many records are shown. */
const SHOWN = 5;

/** What a bulk change would do: counts, some records before and after, and what is refused. */
export function PreviewView({
  object,
  preview,
  isShare,
}: {
  object: ObjectDescription;
  preview: BulkPreview;
  /** Whether records are shared rather than changed. */
  isShare: boolean;
}) {
  const { t } = useTranslation('bulk-edit');
  const formats = useFormats();
  const outcomes = (['updated', 'unchanged', 'failed'] as const).flatMap((kind) => {
    const count = preview.counts[kind] ?? 0;
    return count
      ? [t(isShare ? `share.outcome.${kind}` : `outcome.${kind}`, { count, n: formats.number(count) })]
      : [];
  });
  const failed = preview.counts['failed'] ?? 0;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {outcomes.length ? outcomes.join(' ') : t('none')}
        {preview.tried < preview.total
          ? ` ${t('tried', { tried: formats.number(preview.tried), total: formats.number(preview.total) })}`
          : ''}
      </Text>
      {preview.sample.length ? (
        <ul className={classes['sample']}>
          {preview.sample.slice(0, SHOWN).map(({ id, name, changes }) => (
            <li key={id}>
              <Text size="sm" fw={500}>
                {name}
              </Text>
              <EventChanges
                object={object}
                changes={Object.fromEntries(
                  changes.map(({ field, before, after }) => [field, { before, after }]),
                )}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {failed ? (
        <Alert color="yellow" variant="light" title={t('refused')}>
          <ul className={classes['refused']}>
            {preview.refused.slice(0, SHOWN).map(({ index, name, errors }) => (
              <li key={index}>
                {name ? `${name}: ` : ''}
                {failureText(errors)}
              </li>
            ))}
          </ul>
          {failed > SHOWN ? <Text size="sm">{t('more', { n: formats.number(failed - SHOWN) })}</Text> : null}
        </Alert>
      ) : null}
    </Stack>
  );
}
