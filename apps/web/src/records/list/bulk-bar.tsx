import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash, IconUserShare } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { RefusedButton } from '../access/refused-button';
import { useObject } from '../api/describe-objects';
import { type BulkRequest, bulkRecords } from '../api/write-record';
import { ReferencePicker } from '../fields/reference-picker';
import { showUndo } from '../undo';
import {
  fieldOf,
  mayDelete,
  mayUpdate,
  type ObjectDescription,
  type RecordReference,
} from '../object-description';
import classes from './bulk-bar.module.css';

/** The API answers at once up to here and by a job beyond. */
const BATCH = 500;

interface BulkBarProps {
  object: ObjectDescription;
  ids: string[];
  onClear: () => void;
}

/** One request per 500 ids. Out: ids that worked, and why the others did not. */
async function inBatches(object: ObjectDescription, request: BulkRequest) {
  const done: string[] = [];
  const failures: string[] = [];
  for (let start = 0; start < request.ids.length; start += BATCH) {
    const ids = request.ids.slice(start, start + BATCH);
    const { results } = await bulkRecords(object.path, { ...request, ids });
    for (const { index, id, errors } of results) {
      const target = id ?? ids[index];
      if (errors?.length) failures.push(errors[0]?.message ?? '');
      else if (target) done.push(target);
    }
  }
  return { done, failures };
}

/** Stands over the list while records are selected: change their owner, delete them. */
export function BulkBar({ object, ids, onClear }: BulkBarProps) {
  const { t } = useTranslation('records');
  const [dialog, setDialog] = useState<'delete' | 'owner' | undefined>();
  const [owner, setOwner] = useState<RecordReference | null>(null);
  const members = useObject(fieldOf(object, 'owner')?.references);
  const bulk = useMutation({
    mutationFn: (request: BulkRequest) => inBatches(object, request),
    onSuccess: ({ done, failures }, { action }) => {
      setDialog(undefined);
      onClear();
      if (action === 'delete' && done.length) {
        showUndo({
          message: t('bulk.deleted', { count: done.length }),
          undoLabel: t('undo'),
          onUndo: () => bulk.mutate({ action: 'restore', ids: done }),
        });
      } else if (done.length) {
        notifications.show({
          message: t(`bulk.${action === 'restore' ? 'restored' : 'updated'}`, { count: done.length }),
        });
      }
      if (failures.length) {
        notifications.show({
          color: 'red',
          title: t('bulk.failed', { count: failures.length }),
          message: [...new Set(failures)].slice(0, 3).join(' '),
          autoClose: 12_000,
        });
      }
    },
    onError: (error) => notifications.show({ color: 'red', message: problemText(error) }),
  });
  const close = () => setDialog(undefined);
  return (
    <>
      {ids.length > 0 ? (
        <Paper className={classes['bar']} shadow="lg" role="toolbar" aria-label={t('bulk.toolbar')}>
          <Text size="sm" fw={500} className="pl-num" px={4}>
            {t('bulk.selected', { count: ids.length })}
          </Text>
          {members && mayUpdate(object) ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconUserShare size={15} />}
              onClick={() => setDialog('owner')}
            >
              {t('bulk.owner')}
            </Button>
          ) : members ? (
            <RefusedButton label={t('bulk.owner')} question={{ object: object.key, action: 'update' }} />
          ) : null}
          {mayDelete(object) ? (
            <Button
              size="xs"
              variant="light"
              color="red"
              leftSection={<IconTrash size={15} />}
              onClick={() => setDialog('delete')}
            >
              {t('bulk.delete')}
            </Button>
          ) : (
            <RefusedButton label={t('bulk.delete')} question={{ object: object.key, action: 'delete' }} />
          )}
          <CloseButton aria-label={t('bulk.clear')} onClick={onClear} />
        </Paper>
      ) : null}
      <Modal
        opened={dialog === 'delete'}
        onClose={close}
        title={t('bulk.deleteTitle', { count: ids.length })}
        size="sm"
      >
        <Text size="sm">{t('bulk.deleteText')}</Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            {t('form.cancel')}
          </Button>
          <Button
            color="red"
            loading={bulk.isPending}
            onClick={() => bulk.mutate({ action: 'delete', ids })}
            data-autofocus
          >
            {t('bulk.delete')}
          </Button>
        </Group>
      </Modal>
      <Modal
        opened={dialog === 'owner'}
        onClose={close}
        title={t('bulk.ownerTitle', { count: ids.length })}
        size="sm"
      >
        {members ? (
          <ReferencePicker
            object={members}
            label={t('bulk.newOwner')}
            value={owner}
            onChange={setOwner}
            canCreate={false}
            autoFocus
          />
        ) : null}
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={close}>
            {t('form.cancel')}
          </Button>
          <Button
            disabled={!owner}
            loading={bulk.isPending}
            onClick={() => bulk.mutate({ action: 'update', ids, changes: { owner: owner?.id } })}
          >
            {t('form.save')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
