import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { roleName, rolesQuery } from '@/lib/roles';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '../api/describe-objects';
import { MultiReferencePicker } from '../fields/reference-picker';
import type { ListState } from '../list/use-list';
import type { ObjectDescription, RecordReference } from '../object-description';
import { changeView, createView, type View, type ViewSharing } from './saved-views';
import { toApiContent, UNCHANGED } from './view-model';

interface ViewDialogProps {
  object: ObjectDescription;
  state: ListState;
  /** The view to edit; a new one is saved if left out. */
  view: View | undefined;
  onClose: () => void;
}

type Audience = 'me' | 'some' | 'everyone';
/** Whom a view can be shared with: people, and groups of them. */
const KINDS: ViewSharing['with'][number]['kind'][] = ['member', 'team'];

function audienceOf(view: View | undefined): Audience {
  if (view?.sharing.everyone) return 'everyone';
  return view?.sharing.with.length ? 'some' : 'me';
}

const granteesOf = (view: View | undefined, kind = ''): RecordReference[] =>
  view?.sharing.with
    .filter((grantee) => grantee.kind === kind)
    .map(({ id, name }) => ({ id, name: name ?? '' })) ?? [];

/** Names a view and says who else sees it. */
export default function ViewDialog({ object, state, view, onClose }: ViewDialogProps) {
  const { t } = useTranslation('views');
  const { permissions = [] } = useMe();
  const mayManage = mayUse(permissions, 'manageViews');
  const objects = useObjects();
  const [people, teams] = KINDS.map((kind) => objects.find(({ key }) => key === kind));
  const roles = useQuery({ ...rolesQuery, enabled: mayManage });
  const [name, setName] = useState(view?.name ?? '');
  const [audience, setAudience] = useState<Audience>(audienceOf(view));
  const [members, setMembers] = useState(granteesOf(view, KINDS[0]));
  const [groups, setGroups] = useState(granteesOf(view, KINDS[1]));
  const [roleIds, setRoleIds] = useState(view?.defaultForRoles ?? []);
  const [isPinnedForAll, setPinnedForAll] = useState(view?.isPinnedForAll ?? false);
  const save = useMutation({
    mutationFn: () => {
      const [person, group] = KINDS;
      const grantees = [members, groups].flatMap((list, index) => {
        const kind = index === 0 ? person : group;
        return kind ? list.map(({ id }) => ({ kind, id })) : [];
      });
      const settings = {
        name,
        sharing: { everyone: audience === 'everyone', with: audience === 'some' ? grantees : [] },
        ...(mayManage && audience === 'everyone' && { defaultForRoles: roleIds, isPinnedForAll }),
      };
      return view
        ? changeView(view, settings)
        : createView({
            object: object.key,
            kind: state.kind,
            content: toApiContent(state.content),
            ...settings,
          });
    },
    onSuccess: (saved) => {
      onClose();
      if (!view) state.setSearch({ ...UNCHANGED, view: saved.id });
      notify({ message: t('saved', { name: saved.name }) });
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  const problemAt = (place: string) => {
    const problem = problems.find(({ pointer }) => pointer.startsWith(place));
    return problem && fieldProblemText(problem);
  };
  const isPlaced = Boolean(problemAt('/name') ?? problemAt('/sharing'));
  const audiences: Audience[] =
    mayManage || audience === 'everyone' ? ['me', 'some', 'everyone'] : ['me', 'some'];
  return (
    <Dialog title={t(view ? 'editTitle' : 'newTitle')} onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="md">
          {save.isError && !isPlaced ? (
            <Alert color="red" variant="light" role="alert">
              {problems[0] ? fieldProblemText(problems[0]) : problemText(save.error)}
            </Alert>
          ) : null}
          <TextInput
            label={t('name')}
            withAsterisk
            data-autofocus
            maxLength={100}
            value={name}
            error={problemAt('/name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <div>
            <Text size="sm" fw={500} mb={4} id="view-audience">
              {t('audience')}
            </Text>
            <SegmentedControl
              size="xs"
              aria-labelledby="view-audience"
              value={audience}
              data={audiences.map((value) => ({ value, label: t(`audiences.${value}`) }))}
              onChange={(value) => setAudience(value as Audience)}
            />
            <Text size="xs" c="dimmed" mt={6}>
              {t(`audienceText.${audience}`)}
            </Text>
          </div>
          {audience === 'some' && people ? (
            <MultiReferencePicker
              object={people}
              label={t('people')}
              people="logIn"
              canCreate={false}
              value={members}
              error={problemAt('/sharing')}
              onChange={setMembers}
            />
          ) : null}
          {audience === 'some' && teams && (mayManage || groups.length > 0) ? (
            <MultiReferencePicker
              object={teams}
              label={t('teams')}
              canCreate={false}
              value={groups}
              onChange={setGroups}
            />
          ) : null}
          {audience === 'everyone' && mayManage ? (
            <>
              <MultiSelect
                label={t('defaultFor')}
                description={t('defaultForText', { objects: object.pluralLabel })}
                data={(roles.data ?? []).map((role) => ({ value: role.id, label: roleName(role) }))}
                value={roles.data ? roleIds : []}
                disabled={!roles.data}
                onChange={setRoleIds}
              />
              <Checkbox
                label={t('pinForAll')}
                checked={isPinnedForAll}
                onChange={(event) => setPinnedForAll(event.currentTarget.checked)}
              />
            </>
          ) : null}
          <Group justify="flex-end" gap="xs">
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" disabled={!name.trim()} loading={save.isPending}>
              {t(view ? 'save' : 'saveNew')}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Dialog>
  );
}
