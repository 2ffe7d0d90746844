import { Alert, Button, Radio, SegmentedControl, Skeleton, Space, Stack, Text } from '@mantine/core';
import * as api from '@pellucid/api-client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { causedBy, newCause, refreshRecords } from '@/records/api/undo';
import { followCascades } from '@/records/cascades';
import { failureText } from '@/records/failure-text';
import { showUndo } from '@/records/undo';
import { ChangeList } from './change-list';
import { type Change, emptyChange, lackOf, requestOf } from './change-model';
import { PreviewView } from './preview-view';
import { ShareEditor } from './share-editor';
import { EMPTY_SHARING, shareRequest, type Sharing } from './share-model';

/** Changes fields of the selected records, or of all records of the list, or shares them, after showing what that does. */
export default function BulkEditDialog({
  object,
  ids,
  matching,
  onDone,
  onClose,
}: SelectionActionProps & { onClose: () => void }) {
  const { t } = useTranslation('bulk-edit');
  const formats = useFormats();
  const [isAll, setAll] = useState(false);
  const [changes, setChanges] = useState<Change[]>([emptyChange(0)]);
  const [sharing, setSharing] = useState<Sharing>();
  const [isAssigning, setAssigning] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const lacks = changes.map((change) => lackOf(object, change));
  const isComplete = sharing
    ? sharing.grantee !== null
    : isAssigning || lacks.every((lack) => lack === undefined);
  const mayAssign = object.ownersByRules && object.permissions?.['assign'];
  const whats = ['edit', 'share', ...(mayAssign ? (['assign'] as const) : [])] as const;
  const request = (): api.Bulk => ({
    ...(isAssigning
      ? { action: 'assign' as const }
      : sharing
        ? shareRequest(sharing, formats.zone)
        : requestOf(object, changes)),
    ...(isAll && matching ? (matching.request as Partial<api.Bulk>) : { ids }),
  });
  const preview = useMutation({ mutationFn: () => api.previewBulkRecords(object.path, request()) });
  const apply = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      return { cause, answer: await api.bulkRecords(object.path, request(), { headers: causedBy(cause) }) };
    },
    onSuccess: ({ cause, answer }) => {
      refreshRecords();
      if ('results' in answer) {
        const updated = answer.counts['updated'] ?? 0;
        const failed = answer.counts['failed'] ?? 0;
        if (updated) showUndo({ message: t(sharing ? 'share.done' : 'done', { count: updated }), cause });
        if (failed)
          notify({
            color: 'red',
            title: t('failed', { count: failed }),
            message: [
              ...new Set(answer.results.flatMap(({ errors }) => (errors ? [failureText(errors)] : []))),
            ]
              .slice(0, 3)
              .join(' '),
            autoClose: 12_000,
          });
      } else followCascades([answer.id]);
      onDone();
      onClose();
    },
  });
  const found = preview.data;
  const look = () => {
    setChecked(true);
    if (isComplete) preview.mutate();
  };
  const error = apply.error ?? preview.error;
  return (
    <Dialog title={t('title', { objects: object.pluralLabel })} size="lg" onClose={onClose}>
      <Form onSubmit={() => (found ? apply.mutate() : look())}>
        {found ? (
          <PreviewView object={object} preview={found} isShare={sharing !== undefined} />
        ) : preview.isPending ? (
          <Skeleton height={160} radius="md" role="status" aria-label={t('looking')} />
        ) : (
          <Stack gap="md">
            {matching ? (
              <Radio.Group
                label={t('which')}
                value={isAll ? 'all' : 'selected'}
                onChange={(value) => setAll(value === 'all')}
              >
                <Stack gap={6} mt={6}>
                  <Radio
                    value="selected"
                    label={t('selected', { count: ids.length, n: formats.number(ids.length) })}
                  />
                  <Radio value="all" label={t('matching', { n: matching.countText })} />
                </Stack>
              </Radio.Group>
            ) : null}
            <SegmentedControl
              size="xs"
              aria-label={t('what')}
              value={isAssigning ? 'assign' : sharing ? 'share' : 'edit'}
              data={whats.map((value) => ({ value, label: t(`whats.${value}`) }))}
              onChange={(value) => {
                setSharing(value === 'share' ? EMPTY_SHARING : undefined);
                setAssigning(value === 'assign');
                setChecked(false);
              }}
            />
            {isAssigning ? (
              <Text size="sm">{t('assignText')}</Text>
            ) : sharing ? (
              <ShareEditor sharing={sharing} isChecked={isChecked} onChange={setSharing} />
            ) : (
              <ChangeList
                object={object}
                changes={changes}
                lacks={isChecked ? lacks : []}
                onChange={setChanges}
              />
            )}
          </Stack>
        )}
        {error ? (
          <Alert color="red" variant="light" role="alert" mt="sm">
            {problemText(error)}
          </Alert>
        ) : null}
        <Space h="lg" />
        <FormButtons>
          {found ? (
            <Button variant="default" onClick={() => preview.reset()}>
              {t('back')}
            </Button>
          ) : (
            <CancelButton>{t('records:form.cancel')}</CancelButton>
          )}
          {found ? (
            <Button
              type="submit"
              loading={apply.isPending}
              disabled={!found.counts['updated'] && found.tried === found.total}
            >
              {t(sharing ? 'share.apply' : 'apply', { count: found.total, n: formats.number(found.total) })}
            </Button>
          ) : (
            <Button type="submit" loading={preview.isPending}>
              {t('preview')}
            </Button>
          )}
        </FormButtons>
      </Form>
    </Dialog>
  );
}
