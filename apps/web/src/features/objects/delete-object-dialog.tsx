import { Alert, Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { hideNotification, notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type CustomObject, customObjectQuery, removeObject, restoreObject } from './api/custom-objects';
import { useHoldings } from './use-holdings';

/** Afterwards the object is restored from the list of deleted ones. */
const UNDO_MS = 10_000;

/** Fields of other objects that the API says refer to this one. */
function referringIn(error: unknown): { object: string; field: string; label: string }[] {
  const fields = error instanceof ApiProblem ? error.document['fields'] : undefined;
  return Array.isArray(fields) ? fields : [];
}

/** Deletes an object, with its records only if that is said. Names what it holds, and what refers to it. */
export function DeleteObjectDialog({ object, onClose }: { object: CustomObject; onClose: () => void }) {
  const { t } = useTranslation('objects');
  const current = useQuery(customObjectQuery(object.id));
  const holdings = useHoldings();
  const [isWithRecords, setWithRecords] = useState(false);
  const restore = useMutation({
    mutationFn: () => restoreObject(object),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const remove = useMutation({
    mutationFn: () => removeObject(current.data ?? object, isWithRecords ? 'delete' : 'refuse'),
    onError: () => void current.refetch(),
    onSuccess: () => {
      onClose();
      const id = notify({
        autoClose: UNDO_MS,
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{t('delete.done', { object: object.label })}</Text>
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => {
                hideNotification(id);
                restore.mutate();
              }}
            >
              {t('undo')}
            </Button>
          </Group>
        ),
      });
    },
  });
  const held = current.data ?? object;
  const [last = '', ...others] = holdings(held).reverse();
  const referring = referringIn(remove.error);
  const isRefused = remove.error instanceof ApiProblem && remove.error.code === 'objectHasRecords';
  return (
    <Dialog title={t('delete.title', { object: object.label })} isDirty={false} onClose={onClose}>
      <Stack gap="md">
        {current.isFetching && !remove.isError ? (
          <Skeleton height={44} radius="md" role="status" aria-label={t('loading')} />
        ) : (
          <>
            <Text size="sm">
              {t('delete.holds', {
                object: object.label,
                what: others.length ? t('and', { first: others.join(', '), last }) : last,
              })}{' '}
              {t('delete.text')}
            </Text>
            {held.records.count ? (
              <Checkbox
                label={t('delete.records', { what: last })}
                checked={isWithRecords}
                onChange={(event) => setWithRecords(event.currentTarget.checked)}
              />
            ) : null}
          </>
        )}
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {isRefused
              ? t('delete.refused')
              : referring.length
                ? t('delete.referred', {
                    object: object.label,
                    fields: referring.map(({ label }) => label).join(', '),
                  })
                : problemText(remove.error)}
          </Alert>
        ) : null}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete.confirm')}
          </Button>
        </FormButtons>
      </Stack>
    </Dialog>
  );
}
