import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { type CustomField, deletedFieldsQuery, restoreField } from './api/custom-fields';

/** Fields of an object that were deleted less than 30 days ago. */
export function DeletedFieldsDialog({ object, onClose }: { object: ObjectDescription; onClose: () => void }) {
  const { t } = useTranslation('fields');
  const formats = useFormats();
  const fields = useQuery(deletedFieldsQuery(object.key));
  const restore = useMutation({
    mutationFn: (field: CustomField) => restoreField(field),
    onSuccess: ({ label }) => notify({ message: t('deleted.restored', { field: label }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Dialog title={t('deleted.title', { objects: object.pluralLabel })} isDirty={false} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('deleted.text')}
        </Text>
        {fields.isPending ? (
          <Skeleton height={48} radius="md" role="status" aria-label={t('loading')} />
        ) : fields.isError ? (
          <Text size="sm" c="var(--pl-bad)" role="alert">
            {problemText(fields.error)}{' '}
            <Button size="compact-xs" variant="subtle" onClick={() => void fields.refetch()}>
              {t('retry')}
            </Button>
          </Text>
        ) : fields.data.length === 0 ? (
          <Text size="sm">{t('deleted.none')}</Text>
        ) : (
          <ul className={parts['rows']}>
            {fields.data.map((field) => (
              <li key={field.id} className={parts['row']} data-fixed>
                <span className={parts['what']}>
                  <span className={parts['name']}>{field.label}</span>
                  <span className={parts['sub']}>
                    {field.restorableUntil
                      ? t('deleted.until', { date: formats.dateTime(field.restorableUntil) })
                      : null}
                  </span>
                </span>
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={restore.isPending && restore.variables.id === field.id}
                  aria-label={t('deleted.restoreNamed', { field: field.label })}
                  onClick={() => restore.mutate(field)}
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
