import { ActionIcon, Badge, Button, SegmentedControl, Skeleton } from '@mantine/core';
import { notify } from '@/lib/notify';
import { Initials, StateMessage } from '@pellucid/ui';
import {
  IconAlertTriangle,
  IconDots,
  IconMail,
  IconMailX,
  IconPencil,
  IconShield,
  IconUserCheck,
  IconUserOff,
  IconUsers,
} from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { Menu } from '@/lib/layers/overlays';
import { SearchInput } from '@/lib/forms/search-input';
import { useFilterText } from '@/lib/forms/use-filter-text';
import { problemText } from '@/lib/problem-text';
import { roleName } from '@/lib/roles';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '@/records/api/describe-objects';
import { useRecordForm } from '@/records/form/record-form-context';
import { isReference, mayUpdate, type RecordData } from '@/records/object-description';
import {
  assignmentsQuery,
  membersQuery,
  resendInvitation,
  revokeInvitation,
  rolesQuery,
  switchAccess,
} from './api/people';
import classes from './people.module.css';
import { RolesDialog } from './roles-dialog';

const STATUSES = ['', 'active', 'invited', 'inactive', 'external'] as const;
const COLORS: Record<string, string> = {
  active: 'green',
  invited: 'lagoon',
  inactive: 'gray',
  external: 'gray',
};

/** Members with team, manager, roles and actions. */
export function MembersTab({ canManage }: { canManage: boolean }) {
  const { t } = useTranslation('people');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { q?: string; status?: string };
  const q = search.q ? String(search.q) : '';
  const status = STATUSES.find((key) => key === search.status) ?? '';
  const setSearch = (change: object) =>
    void navigate({
      to: '.',
      // The current URL may be newer than the one last rendered.
      search: (current: object) =>
        Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value)),
      replace: true,
    } as never);
  const { text, type, clear } = useFilterText(q, (next) => setSearch({ q: next }));
  const query = useInfiniteQuery(membersQuery(q, status));
  const assignments = useQuery({ ...assignmentsQuery, enabled: canManage });
  const [editing, setEditing] = useState<RecordData | undefined>();
  const members = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className={classes['toolbar']}>
        <SearchInput
          className={classes['search']}
          label={t('members.search')}
          text={text}
          onType={type}
          onClear={clear}
        />
        <div className={classes['statuses']}>
          <SegmentedControl
            size="xs"
            aria-label={t('members.status')}
            value={status}
            data={STATUSES.map((value) => ({ value, label: t(`status.${value || 'all'}`) }))}
            onChange={(value) => setSearch({ status: value })}
          />
        </div>
      </div>
      {query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3, 4].map((index) => (
            <Skeleton key={index} height={56} radius="md" mb={6} />
          ))}
        </div>
      ) : query.isError && members.length === 0 ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : members.length === 0 ? (
        <StateMessage icon={<IconUsers size={20} />} title={t('members.none')} text={t('members.noneText')} />
      ) : (
        <ul className={classes['rows']}>
          {members.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              roleIds={assignments.data?.get(member.id) ?? []}
              canManage={canManage}
              onRoles={() => setEditing(member)}
            />
          ))}
        </ul>
      )}
      <LoadMore query={query} label={t('more')} />
      {editing ? (
        <RolesDialog
          member={editing}
          roleIds={assignments.data && (assignments.data.get(editing.id) ?? [])}
          error={assignments.error}
          onRetry={() => void assignments.refetch()}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </>
  );
}

interface MemberRowProps {
  member: RecordData;
  roleIds: string[];
  canManage: boolean;
  onRoles: () => void;
}

function MemberRow({ member, roleIds, canManage, onRoles }: MemberRowProps) {
  const { t } = useTranslation('people');
  const { user } = useMe();
  const roles = useQuery(rolesQuery);
  const name = String(member['name'] ?? '');
  const status = String(member['status'] ?? '');
  const { team, manager } = member;
  const works = [member['legalEntity'], member['legalEntities']].flat().filter(isReference);
  const entities = [...new Map(works.map((entity) => [entity.id, entity])).values()];
  const given = (roles.data ?? []).filter(({ id }) => roleIds.includes(id));
  return (
    <li className={classes['row']} data-off={status === 'inactive' || undefined}>
      <Initials name={name} size={32} isRound />
      <div className={classes['who']}>
        <Link to={`/members/${member.id}`} className={classes['name']}>
          {name}
          {member.id === user.memberId ? <span className={classes['you']}>{t('members.you')}</span> : null}
        </Link>
        <span className={classes['sub']}>{String(member['email'] ?? '') || t('members.noEmail')}</span>
      </div>
      <span className={classes['team']}>
        {isReference(team) ? team.name : '—'}
        {isReference(manager) ? (
          <span className={classes['sub']}>{t('members.reportsTo', { name: manager.name })}</span>
        ) : null}
        {entities.length > 1 ? (
          <span className={classes['sub']} title={entities.map(({ name: each }) => each).join(', ')}>
            {t('members.entities', { count: entities.length })}
          </span>
        ) : null}
      </span>
      <span className={classes['roles']}>
        {given.map((role) => (
          <Badge key={role.id} variant="default" size="sm">
            {roleName(role)}
          </Badge>
        ))}
      </span>
      <Badge variant="dot" size="sm" color={COLORS[status] ?? 'gray'} className={classes['status']}>
        {t(`status.${status}`)}
      </Badge>
      <MemberMenu member={member} name={name} status={status} canManage={canManage} onRoles={onRoles} />
    </li>
  );
}

function MemberMenu({
  member,
  name,
  status,
  canManage,
  onRoles,
}: Omit<MemberRowProps, 'roleIds'> & { name: string; status: string }) {
  const { t } = useTranslation('people');
  const { user } = useMe();
  const forms = useRecordForm();
  const object = useObject('member');
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<void>; done: string }) => run(),
    onSuccess: (_, { done }) => notify({ message: done }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const canEdit = object !== undefined && mayUpdate(object);
  if (!canManage && !canEdit) return <span />;
  const isSelf = member.id === user.memberId;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={28} loading={act.isPending} aria-label={t('members.more', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {canEdit ? (
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => forms.openEdit(object, member)}>
            {t('members.edit')}
          </Menu.Item>
        ) : null}
        {canManage ? (
          <Menu.Item leftSection={<IconShield size={15} />} onClick={onRoles}>
            {t('members.changeRoles')}
          </Menu.Item>
        ) : null}
        {canManage && status === 'invited' ? (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconMail size={15} />}
              onClick={() =>
                act.mutate({ run: () => resendInvitation(member.id), done: t('invite.resent', { name }) })
              }
            >
              {t('invite.resend')}
            </Menu.Item>
            <Menu.Item
              color="var(--pl-bad)"
              leftSection={<IconMailX size={15} />}
              onClick={() =>
                act.mutate({ run: () => revokeInvitation(member.id), done: t('invite.revoked', { name }) })
              }
            >
              {t('invite.revoke')}
            </Menu.Item>
          </>
        ) : null}
        {canManage && status === 'active' && !isSelf ? (
          <>
            <Menu.Divider />
            <Menu.Item
              color="var(--pl-bad)"
              leftSection={<IconUserOff size={15} />}
              onClick={() =>
                act.mutate({
                  run: () => switchAccess(member.id, false),
                  done: t('members.deactivated', { name }),
                })
              }
            >
              {t('members.deactivate')}
            </Menu.Item>
          </>
        ) : null}
        {canManage && status === 'inactive' ? (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconUserCheck size={15} />}
              onClick={() =>
                act.mutate({
                  run: () => switchAccess(member.id, true),
                  done: t('members.activated', { name }),
                })
              }
            >
              {t('members.activate')}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
