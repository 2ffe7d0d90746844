import { ActionIcon, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { notify } from '@/lib/notify';
import { IconCopy, IconDots, IconLink, IconLock, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recordMenuFor } from '@/app/features';
import { Menu, Modal } from '@/lib/layers/overlays';
import { type PageCommand, usePageCommands } from '@/lib/page-commands';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { askWhy } from '../access/access-questions';
import type { Verdict } from '../access/use-rights';
import type { ReferrerPolicy } from '../api/deletion-preview';
import { newCause } from '../api/undo';
import { deleteRecord } from '../api/write-record';
import type { ObjectDescription, RecordData } from '../object-description';
import { followCascades } from '../cascades';
import { showUndo } from '../undo';
import { DeletionChoice } from './deletion-choice';

/** Rare actions on a record: copy its link or ID, delete it, and what features add. */
export function MoreMenu({
  object,
  record,
  name,
  onEdit,
  mayDelete,
}: {
  object: ObjectDescription;
  record: RecordData;
  name: string;
  /** Opens the form; undefined if the user may not change the record. */
  onEdit: (() => void) | undefined;
  /** Whether the user may delete this record. */
  mayDelete: Verdict;
}) {
  const { t } = useTranslation('records');
  const navigate = useNavigate();
  const clipboard = useClipboard();
  const { permissions } = useMe();
  const ofFeatures = recordMenuFor(object).filter(
    ({ permission }) => permission === undefined || mayUse(permissions, permission),
  );
  const [isConfirming, setConfirming] = useState(false);
  const [cause] = useState(newCause);
  const deletion = useMutation({
    mutationFn: (referrers: ReferrerPolicy | undefined) =>
      deleteRecord(object.path, record.id, record.version, referrers, cause),
    onSuccess: (jobs) => {
      setConfirming(false);
      followCascades(jobs);
      void navigate({ to: object.path });
      showUndo({
        message: t('record.deleted', { name }),
        cause,
        onUndone: () => void navigate({ to: `${object.path}/${record.id}` }),
      });
    },
  });
  const copy = (text: string) => {
    clipboard.copy(text);
    notify({ message: t('record.copied') });
  };
  const items: PageCommand[] = [
    {
      key: 'copy-link',
      label: t('record.copyLink'),
      icon: <IconLink size={15} />,
      run: () => copy(location.href),
    },
    { key: 'copy-id', label: t('record.copyId'), icon: <IconCopy size={15} />, run: () => copy(record.id) },
    ...ofFeatures.map(({ key, labelKey, icon: Icon, onSelect, to }) => ({
      key,
      label: t(labelKey),
      icon: <Icon size={15} />,
      run: () => (to ? void navigate(to(record) as never) : onSelect?.(object, record)),
    })),
  ];
  const edit = onEdit && {
    key: 'edit',
    label: t('record.edit'),
    icon: <IconPencil size={15} />,
    keys: 'e',
    place: 'first' as const,
    run: onEdit,
  };
  const remove = mayDelete === 'yes' && {
    key: 'delete',
    label: t('record.delete'),
    icon: <IconTrash size={15} />,
    place: 'last' as const,
    run: () => setConfirming(true),
  };
  usePageCommands(name, [...(edit ? [edit] : []), ...items, ...(remove ? [remove] : [])]);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t('record.more')}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {items.map(({ key, label, icon, run }) => (
            <Menu.Item key={key} leftSection={icon} onClick={run}>
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {mayDelete !== 'no' ? (
            <Menu.Item
              color="var(--pl-bad)"
              leftSection={<IconTrash size={15} />}
              disabled={mayDelete === 'unknown'}
              onClick={() => setConfirming(true)}
            >
              {t('record.delete')}
            </Menu.Item>
          ) : (
            <Menu.Item
              c="dimmed"
              leftSection={<IconLock size={15} />}
              onClick={() => askWhy({ object: object.key, record: record.id, action: 'delete' })}
            >
              {t('access.deleteRefused')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        isDirty={false}
        opened={isConfirming}
        onClose={() => setConfirming(false)}
        title={t('record.deleteTitle', { object: object.label })}
        size="sm"
      >
        {isConfirming ? (
          <DeletionChoice
            object={object}
            ids={[record.id]}
            isPending={deletion.isPending}
            error={deletion.error}
            confirmLabel={t('record.delete')}
            onConfirm={(referrers) => deletion.mutate(referrers)}
            onCancel={() => setConfirming(false)}
          >
            <Text size="sm">{t('record.deleteText', { name })}</Text>
          </DeletionChoice>
        ) : null}
      </Modal>
    </>
  );
}
