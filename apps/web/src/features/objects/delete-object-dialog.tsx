import { Checkbox, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeleteDialog } from '@/app/shell/delete-dialog';
import { ApiProblem } from '@/lib/api-problem';
import { type CustomObject, customObjectQuery, removeObject, restoreObject } from './api/custom-objects';
import { useHoldings } from './use-holdings';

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
  const [isRefused, setRefused] = useState(false);
  const held = current.data ?? object;
  const [last = '', ...others] = holdings(held).reverse();
  const refusal = (error: unknown) => {
    if (error instanceof ApiProblem && error.code === 'objectHasRecords') return t('delete.refused');
    const fields = referringIn(error).map(({ label }) => label);
    return fields.length ? t('delete.referred', { object: object.label, fields: fields.join(', ') }) : null;
  };
  return (
    <DeleteDialog
      title={t('delete.title', { object: object.label })}
      cancel={t('cancel')}
      confirm={t('delete.confirm')}
      done={t('delete.done', { object: object.label })}
      remove={() => removeObject(held, isWithRecords ? 'delete' : 'refuse')}
      restore={() => restoreObject(object)}
      refusal={refusal}
      onRefused={() => {
        setRefused(true);
        void current.refetch();
      }}
      onClose={onClose}
    >
      {current.isFetching && !isRefused ? (
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
    </DeleteDialog>
  );
}
