import { Badge, Button, Group, Text } from '@mantine/core';
import {
  IconBookmark,
  IconBookmarkPlus,
  IconChevronDown,
  IconLink,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { CancelButton, Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import type { ListState } from '../list/use-list';
import type { ObjectDescription } from '../object-description';
import { changeView, deleteView, pinView } from './saved-views';
import ViewDialog from './view-dialog';
import { toApiContent, UNCHANGED } from './view-model';

interface ViewMenuProps {
  object: ObjectDescription;
  state: ListState;
}

/** Opens other views, saves the changes of the present one or drops them, and manages it. */
export default function ViewMenu({ object, state }: ViewMenuProps) {
  const { t } = useTranslation('views');
  const { views, view, isModified, changes } = state;
  const [dialog, setDialog] = useState<'new' | 'edit' | 'delete' | undefined>();
  const onError = (error: unknown) => notify({ color: 'red', message: problemText(error) });
  const save = useMutation({
    mutationFn: () =>
      view
        ? changeView(view, {
            content: toApiContent(changes),
            ...(state.kind !== view.kind && { kind: state.kind }),
          })
        : Promise.reject(new Error('no view')),
    onSuccess: (saved) => {
      state.setSearch({ ...UNCHANGED, view: saved.id });
      notify({ message: t('saved', { name: saved.name }) });
    },
    onError: (error) =>
      notify({
        color: 'red',
        message:
          error instanceof ApiProblem && error.status === 412 ? t('changedByOthers') : problemText(error),
      }),
  });
  const pin = useMutation({
    mutationFn: (isPinned: boolean) => (view ? pinView(view, isPinned) : Promise.resolve()),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => (view ? deleteView(view) : Promise.resolve()),
    onSuccess: () => {
      setDialog(undefined);
      state.setSearch({ ...UNCHANGED, view: undefined });
    },
    onError,
  });
  const open = (id: string) => state.setSearch({ ...UNCHANGED, view: id });
  const mine = views?.data.filter(({ mayChange, sharing }) => mayChange && !sharing.everyone) ?? [];
  const others = views?.data.filter((each) => !mine.includes(each)) ?? [];
  const copyLink = () => {
    void navigator.clipboard.writeText(window.location.href).then(() => notify({ message: t('linkCopied') }));
  };
  return (
    <Group gap={6} wrap="wrap">
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconBookmark size={15} />}
            rightSection={<IconChevronDown size={13} />}
          >
            {t('views')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          {[
            { title: t('mine'), list: mine },
            { title: t('shared'), list: others },
          ].map(({ title, list }) =>
            list.length ? (
              <div key={title}>
                <Menu.Label>{title}</Menu.Label>
                {list.map((each) => (
                  <Menu.Item
                    key={each.id}
                    aria-current={each.id === view?.id || undefined}
                    onClick={() => open(each.id)}
                  >
                    {each.name}
                  </Menu.Item>
                ))}
              </div>
            ) : null,
          )}
          {views && views.data.length === 0 ? (
            <Text size="xs" c="dimmed" px="sm" py={6}>
              {t('none')}
            </Text>
          ) : null}
          <Menu.Divider />
          <Menu.Item leftSection={<IconBookmarkPlus size={15} />} onClick={() => setDialog('new')}>
            {t('saveAs')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={15} />} onClick={copyLink}>
            {t('copyLink')}
          </Menu.Item>
          {view ? (
            <>
              <Menu.Divider />
              <Menu.Label>{view.name}</Menu.Label>
              <Menu.Item
                leftSection={view.isPinned ? <IconPinnedOff size={15} /> : <IconPin size={15} />}
                onClick={() => pin.mutate(!view.isPinned)}
              >
                {t(view.isPinned ? 'unpin' : 'pin')}
              </Menu.Item>
              {view.mayChange ? (
                <>
                  <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setDialog('edit')}>
                    {t('edit')}
                  </Menu.Item>
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={15} />}
                    onClick={() => setDialog('delete')}
                  >
                    {t('delete')}
                  </Menu.Item>
                </>
              ) : null}
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isModified ? (
        <Group gap={4} component="fieldset" bd={0} p={0} m={0} aria-label={t('changes')}>
          <Badge size="sm" variant="dot" color="yellow" tt="none">
            {t('modified')}
          </Badge>
          {view?.mayChange ? (
            <Button size="compact-xs" variant="light" loading={save.isPending} onClick={() => save.mutate()}>
              {t('save')}
            </Button>
          ) : null}
          <Button size="compact-xs" variant="subtle" onClick={() => setDialog('new')}>
            {t('saveAsShort')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => state.setSearch({ ...UNCHANGED, view: state.search.view })}
          >
            {t('drop')}
          </Button>
        </Group>
      ) : null}
      {dialog === 'new' || (dialog === 'edit' && view) ? (
        <ViewDialog
          object={object}
          state={state}
          view={dialog === 'edit' ? view : undefined}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {dialog === 'delete' && view ? (
        <Dialog
          size="sm"
          isDirty={false}
          title={t('deleteTitle', { name: view.name })}
          onClose={() => setDialog(undefined)}
        >
          <Text size="sm">{t(view.sharing.everyone ? 'deleteForAll' : 'deleteText')}</Text>
          <Group justify="flex-end" mt="lg" gap="xs">
            <CancelButton>{t('cancel')}</CancelButton>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('delete')}
            </Button>
          </Group>
        </Dialog>
      ) : null}
    </Group>
  );
}
