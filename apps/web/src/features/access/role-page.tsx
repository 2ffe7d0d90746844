import { takeBackToast } from '@/lib/take-back-toast';
import { ActionIcon, Button, Group, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconEye,
  IconInfoCircle,
  IconLock,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Form } from '@/lib/forms/form';
import { Menu } from '@/lib/layers/overlays';
import { type Role, roleName, rolesQuery, roleText } from '@/lib/roles';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { viewAs, viewedRole } from '@/lib/session/view-as';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { foretell, roleQuery, saveRole } from './api/roles';
import { CompanyTab } from './company-tab';
import { DeleteRoleDialog } from './delete-role-dialog';
import { FieldsTab } from './fields-tab';
import { GapHints } from './gap-hints';
import { LoadState } from './load-state';
import { Matrix } from './matrix';
import { withoutEmptyRights } from './model/gaps';
import { changeCount, changesOf, draftOf, type RoleDraft } from './model/role-draft';
import { NewRoleDialog } from './new-role-dialog';
import { ResetRoleDialog } from './reset-role-dialog';
import { RoleBadges } from './role-badges';
import classes from './role-page.module.css';
import { SaveBar } from './save-bar';

const TABS = ['records', 'fields', 'company'] as const;

/** One role: what it may do with records, its levels for fields, and its company-wide rights. */
export default function RolePage() {
  const { roleId } = useParams({ strict: false }) as { roleId: string };
  const query = useQuery(roleQuery(roleId));
  return (
    <div className={classes['page']}>
      {query.data ? (
        <RoleEditor key={`${query.data.id} ${query.data.version}`} role={query.data} />
      ) : (
        <LoadState error={query.error} height={420} onRetry={() => void query.refetch()} />
      )}
    </div>
  );
}

function RoleEditor({ role }: { role: Role }) {
  const { t } = useTranslation('access');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { tab?: string };
  const { permissions } = useMe();
  const roles = useQuery(rolesQuery);
  const name = roleName(role);
  useDocumentTitle(`${name} · ${t('entries:access.title')}`);
  const objects = useObjects();
  const before = useMemo(() => withoutEmptyRights(draftOf(role), objects), [role, objects]);
  const [draft, setDraft] = useState<RoleDraft>(before);
  const [doing, setDoing] = useState<'copy' | 'reset' | 'delete' | undefined>();
  const preview = useMutation({ mutationFn: () => foretell(role.id, changesOf(before, draft)) });
  const save = useMutation({
    mutationFn: () => saveRole(role.id, changesOf(before, draft), role.version),
    onSuccess: ({ version }) =>
      takeBackToast(t('save.saved', { name: draft.name }), () =>
        saveRole(role.id, changesOf(draft, before), version),
      ),
  });
  const { reset: forgetPreview } = preview;
  const { reset: forgetSave } = save;
  const change = useCallback(
    (apply: (draft: RoleDraft) => RoleDraft) => {
      setDraft(apply);
      // The preview was for another change.
      forgetPreview();
      forgetSave();
    },
    [forgetPreview, forgetSave],
  );
  const isReadOnly = !role.editable || !mayUse(permissions, 'manageRoles') || viewedRole() !== undefined;
  const changes = changeCount(before, draft);
  const sent = changesOf(before, draft);
  const tab = TABS.find((key) => key === search.tab) ?? 'records';
  useUnsavedChanges(changes > 0 && !save.isSuccess);
  const nameProblem =
    save.error instanceof ApiProblem
      ? save.error.fields.find(({ pointer }) => pointer === '/name')?.message
      : undefined;
  const shared = { draft, isReadOnly, onChange: change };
  return (
    <article aria-labelledby="role-name">
      <Form onSubmit={() => changes > 0 && save.mutate()}>
        <header className={classes['header']}>
          <nav aria-label={t('breadcrumb')} className={classes['breadcrumb']}>
            <Link to="/settings/roles">{t('entries:access.title')}</Link>
          </nav>
          <div className={classes['title']}>
            <h1 id="role-name" className={classes['name']}>
              {name}
            </h1>
            <RoleBadges role={role} />
            <Text size="sm" c="dimmed" className={classes['holders']}>
              {t('people', { count: role.members })}
              {role.apiKeys ? ` · ${t('keys', { count: role.apiKeys })}` : ''}
            </Text>
            <Group gap="xs" wrap="nowrap" className={classes['actions']}>
              {mayUse(permissions, '*') && !role.system.includes('*') ? (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconEye size={15} />}
                  onClick={() => viewAs({ id: role.id, name })}
                >
                  {t('viewAs')}
                </Button>
              ) : null}
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="default" size={30} aria-label={t('moreOf', { name })}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => setDoing('copy')}>
                    {t('copy')}
                  </Menu.Item>
                  {role.modified && !isReadOnly ? (
                    <Menu.Item leftSection={<IconRestore size={15} />} onClick={() => setDoing('reset')}>
                      {t('reset.open')}
                    </Menu.Item>
                  ) : null}
                  {role.builtIn ? null : (
                    <Menu.Item
                      color="var(--pl-bad)"
                      leftSection={<IconTrash size={15} />}
                      onClick={() => setDoing('delete')}
                    >
                      {t('delete.open')}
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            </Group>
          </div>
          {role.builtIn ? (
            <p className={classes['note']}>
              {role.editable ? <IconInfoCircle size={15} aria-hidden /> : <IconLock size={15} aria-hidden />}
              {t(role.editable ? 'builtInNote' : 'notEditable')}
            </p>
          ) : null}
        </header>
        <div className={`pl-form-row ${classes['texts']}`}>
          <TextInput
            label={t('name')}
            maxLength={100}
            disabled={isReadOnly}
            value={draft.name === role.name ? name : draft.name}
            error={nameProblem}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change((current) => ({ ...current, name: value === name ? role.name : value }));
            }}
          />
          <Textarea
            label={t('description')}
            maxLength={500}
            autosize
            minRows={1}
            disabled={isReadOnly}
            value={draft.description === role.description ? roleText(role) : draft.description}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change((current) => ({
                ...current,
                description: value === roleText(role) ? role.description : value,
              }));
            }}
          />
        </div>
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) =>
            void navigate({
              to: '.',
              search: next === TABS[0] ? {} : { tab: next },
              replace: true,
            } as never)
          }
        >
          <Tabs.List className={classes['tabs']} aria-label={t('tabs.label')}>
            {TABS.map((key) => (
              <Tabs.Tab key={key} value={key}>
                {t(`tabs.${key}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="records">
            <GapHints {...shared} />
            <Matrix {...shared} />
          </Tabs.Panel>
          <Tabs.Panel value="fields">
            <FieldsTab {...shared} />
          </Tabs.Panel>
          <Tabs.Panel value="company">
            <CompanyTab {...shared} isAdministrator={mayUse(permissions, '*')} />
          </Tabs.Panel>
        </Tabs>
        <SaveBar
          changes={changes}
          hasEffect={Boolean(sent.permissions ?? sent.system ?? sent.fields)}
          preview={preview.data}
          isPreviewing={preview.isPending}
          isSaving={save.isPending}
          error={save.error ?? preview.error}
          onDiscard={() => change(() => before)}
          onPreview={() => preview.mutate()}
        />
      </Form>
      {doing === 'copy' ? (
        <NewRoleDialog
          roles={roles.data ?? []}
          copyOf={role}
          onClose={() => setDoing(undefined)}
          onMade={(made) => {
            setDoing(undefined);
            void navigate({ to: `/settings/roles/${made.id}`, ignoreBlocker: true });
          }}
        />
      ) : null}
      {doing === 'reset' ? <ResetRoleDialog role={role} onClose={() => setDoing(undefined)} /> : null}
      {doing === 'delete' ? (
        <DeleteRoleDialog
          role={role}
          roles={roles.data ?? []}
          onClose={() => setDoing(undefined)}
          onDeleted={() => void navigate({ to: '/settings/roles', ignoreBlocker: true })}
        />
      ) : null}
    </article>
  );
}
