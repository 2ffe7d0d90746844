import { Box, Button, Checkbox, CloseButton, Group, Paper, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconTrash, IconUserShare } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { selectionActionsFor } from '@/app/features';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { RefusedButton } from '../access/refused-button';
import { useObject } from '../api/describe-objects';
import { type Cause, newCause } from '../api/undo';
import { type BulkRequest, bulkRecords } from '../api/write-record';
import { ReferencePicker } from '../fields/reference-picker';
import { DeletionChoice } from '../record/deletion-choice';
import { followCascades } from '../cascades';
import { failureText } from '../failure-text';
import { showUndo } from '../undo';
import {
  fieldOf,
  mayBulk,
  mayDelete,
  mayUpdate,
  type ObjectDescription,
  type RecordReference,
} from '../object-description';

const BAR: CSSProperties = {
  position: 'absolute',
  bottom: 20,
  left: '50%',
  zIndex: 5,
  display: 'flex',
  alignItems: 'center',
  gap: 8,
  maxWidth: 'calc(100% - 24px)',
  padding: '8px 8px 8px 12px',
  border: '1px solid var(--pl-line-strong)',
  borderRadius: 12,
  background: 'var(--pl-surface)',
  transform: 'translateX(-50%)',
  whiteSpace: 'nowrap',
};

/** Up to this number the API answers at once. Above it, a job does the work. */
const BATCH = 500;
/** How many records out of view a dialog names. */
const NAMED = 5;

interface BulkBarProps {
  object: ObjectDescription;
  /** All records of the list. */
  matching?: SelectionActionProps['matching'];
  /** Selected records in the list as it is shown. */
  shown: string[];
  /** Selected records that search, view, filter or order keep out of view. */
  hidden: { id: string; name: string }[];
  /** Removes records from the selection. */
  onDeselect: (ids: string[]) => void;
}

/** One request per 500 IDs. Out: the IDs that succeeded, and why the others failed. */
async function inBatches(object: ObjectDescription, request: BulkRequest, cause: Cause) {
  const done: string[] = [];
  const failures: string[] = [];
  const cascades = new Set<string>();
  for (let start = 0; start < request.ids.length; start += BATCH) {
    const ids = request.ids.slice(start, start + BATCH);
    const { results } = await bulkRecords(object.path, { ...request, ids }, cause);
    for (const { index, id, errors, cascade } of results) {
      const target = id ?? ids[index];
      if (cascade) cascades.add(cascade);
      if (errors?.length) failures.push(failureText(errors));
      else if (target) done.push(target);
    }
  }
  return { done, failures, cascades: [...cascades] };
}

/** Shown above the list while records are selected: changes their owner or deletes them. */
export function BulkBar({ object, shown, hidden, matching, onDeselect }: BulkBarProps) {
  const { t } = useTranslation('records');
  const [dialog, setDialog] = useState<'delete' | 'owner' | undefined>();
  const [owner, setOwner] = useState<RecordReference | null>(null);
  // Records out of view change only if the user confirms it, in each dialog.
  const [isHiddenIncluded, setHiddenIncluded] = useState(false);
  const hiddenIds = hidden.map(({ id }) => id);
  const ids = isHiddenIncluded ? [...shown, ...hiddenIds] : shown;
  const count = shown.length + hidden.length;
  const open = (which: 'delete' | 'owner') => {
    setHiddenIncluded(false);
    setDialog(which);
  };
  const members = useObject(fieldOf(object, 'owner')?.references);
  const bulk = useMutation({
    mutationFn: async (request: BulkRequest) => {
      const cause = newCause();
      return { cause, ...(await inBatches(object, request, cause)) };
    },
    onSuccess: ({ cause, done, failures, cascades }, { action, ids: worked }) => {
      followCascades(cascades);
      setDialog(undefined);
      onDeselect(worked);
      if (done.length)
        showUndo({
          message: t(`bulk.${action === 'delete' ? 'deleted' : 'updated'}`, { count: done.length }),
          cause,
        });
      if (failures.length) {
        notify({
          color: 'red',
          title: t('bulk.failed', { count: failures.length }),
          message: [...new Set(failures)].slice(0, 3).join(' '),
          autoClose: 12_000,
        });
      }
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const close = () => setDialog(undefined);
  const includeHidden = hidden.length ? (
    <Checkbox
      checked={isHiddenIncluded}
      onChange={(event) => setHiddenIncluded(event.currentTarget.checked)}
      label={t('bulk.includeHidden', {
        count: hidden.length,
        names: `${hidden
          .slice(0, NAMED)
          .map(({ name }) => name)
          .join(', ')}${hidden.length > NAMED ? ' …' : ''}`,
      })}
    />
  ) : null;
  /** Explains what is missing: the right to the action, or the right to do it to many records at once. */
  const refusal = (action: 'update' | 'delete', isAllowed: boolean) => ({
    object: object.key,
    action: isAllowed ? 'bulk' : action,
  });
  return (
    <>
      {count > 0 ? (
        <Paper style={BAR} shadow="lg" role="toolbar" aria-label={t('bulk.toolbar')}>
          <Text size="sm" fw={500} className="pl-num" px={4}>
            {t('bulk.selected', { count })}
            {hidden.length > 0 ? ` · ${t('bulk.hidden', { count: hidden.length })}` : null}
          </Text>
          {hidden.length > 0 ? (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onDeselect(hiddenIds)}>
              {t('bulk.dropHidden')}
            </Button>
          ) : null}
          {selectionActionsFor(object).map((Action) => (
            <Action
              key={Action.name}
              object={object}
              ids={shown}
              matching={matching}
              onDone={() => onDeselect(shown)}
            />
          ))}
          {members && mayUpdate(object) && mayBulk(object) ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconUserShare size={15} />}
              onClick={() => open('owner')}
            >
              {t('bulk.owner')}
            </Button>
          ) : members ? (
            <RefusedButton label={t('bulk.owner')} question={refusal('update', mayUpdate(object))} />
          ) : null}
          {mayDelete(object) && mayBulk(object) ? (
            <Button
              size="xs"
              variant="light"
              color="red"
              leftSection={<IconTrash size={15} />}
              onClick={() => open('delete')}
            >
              {t('bulk.delete')}
            </Button>
          ) : (
            <RefusedButton label={t('bulk.delete')} question={refusal('delete', mayDelete(object))} />
          )}
          <CloseButton aria-label={t('bulk.clear')} onClick={() => onDeselect([...shown, ...hiddenIds])} />
        </Paper>
      ) : null}
      <Modal
        isDirty={false}
        opened={dialog === 'delete'}
        onClose={close}
        title={t('bulk.deleteTitle', { count: ids.length })}
        size="sm"
      >
        {dialog === 'delete' ? (
          <DeletionChoice
            object={object}
            ids={ids}
            isPending={bulk.isPending}
            confirmLabel={t('bulk.delete')}
            onConfirm={(referrers) => bulk.mutate({ action: 'delete', ids, ...(referrers && { referrers }) })}
            onCancel={close}
          >
            <Text size="sm">{t('bulk.deleteText')}</Text>
            {includeHidden}
          </DeletionChoice>
        ) : null}
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
        {includeHidden ? <Box mt="md">{includeHidden}</Box> : null}
        <Group justify="flex-end" mt="lg" gap="xs">
          <CancelButton>{t('form.cancel')}</CancelButton>
          <Button
            disabled={!owner || ids.length === 0}
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
