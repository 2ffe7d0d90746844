import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import parts from '@/app/shell/settings-parts.module.css';
import { useFormats } from '@/lib/format/formats';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type CustomObject, deletedObjectsQuery, restoreObject } from './api/custom-objects';
import { ObjectMark } from './object-mark';
import { useHoldings } from './use-holdings';

const DAY_MS = 86_400_000;

/** Objects that were deleted less than 30 days ago. */
export function DeletedObjectsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('objects');
  const formats = useFormats();
  const holdings = useHoldings();
  const objects = useQuery(deletedObjectsQuery);
  const restore = useMutation({
    mutationFn: (object: CustomObject) => restoreObject(object),
    onSuccess: ({ label }) => notify({ message: t('deleted.restored', { object: label }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const left = (until: string) => {
    const count = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / DAY_MS));
    return t('deleted.until', { count, date: formats.dateTime(until) });
  };
  return (
    <Dialog title={t('deleted.open')} isDirty={false} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('deleted.text')}
        </Text>
        {objects.isPending ? (
          <Skeleton height={48} radius="md" role="status" aria-label={t('loading')} />
        ) : objects.isError ? (
          <Text size="sm" c="var(--pl-bad)" role="alert">
            {problemText(objects.error)}{' '}
            <Button size="compact-xs" variant="subtle" onClick={() => void objects.refetch()}>
              {t('retry')}
            </Button>
          </Text>
        ) : objects.data.length === 0 ? (
          <Text size="sm">{t('deleted.none')}</Text>
        ) : (
          <ul className={parts['rows']} aria-label={t('deleted.open')}>
            {objects.data.map((object) => (
              <li key={object.id} className={parts['row']} data-fixed>
                <ObjectMark icon={object.icon} color={object.color} />
                <span className={parts['what']}>
                  <span className={parts['name']}>{object.label}</span>
                  <span className={parts['sub']}>
                    {[
                      ...holdings(object),
                      ...(object.restorableUntil ? [left(object.restorableUntil)] : []),
                    ].join(' · ')}
                  </span>
                </span>
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={restore.isPending && restore.variables.id === object.id}
                  aria-label={t('deleted.restoreNamed', { object: object.label })}
                  onClick={() => restore.mutate(object)}
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
