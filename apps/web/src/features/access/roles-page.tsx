import { ActionIcon, Badge, Button, Text } from '@mantine/core';
import { IconCopy, IconDots, IconEye, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { Menu } from '@/lib/layers/overlays';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { viewAs } from '@/lib/session/view-as';
import { type Role, roleName, rolesQuery, roleText } from '@/lib/roles';
import { DeleteRoleDialog } from './delete-role-dialog';
import { LoadState } from './load-state';
import { NewRoleDialog } from './new-role-dialog';
import { RoleBadges } from './role-badges';
import classes from './roles-page.module.css';

type Doing = { what: 'create' } | { what: 'copy' | 'delete'; role: Role };

/** Every role, who has it, and the actions on it. */
export default function RolesPage() {
  const { t } = useTranslation('access');
  const navigate = useNavigate();
  const roles = useQuery(rolesQuery);
  const [doing, setDoing] = useState<Doing | undefined>();
  const done = () => setDoing(undefined);
  return (
    <SettingsLayout
      part="roles"
      actions={
        <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setDoing({ what: 'create' })}>
          {t('new.open')}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t('intro')}
      </Text>
      {roles.data ? (
        <ul className={classes['rows']}>
          {roles.data.map((role) => (
            <RoleRow key={role.id} role={role} onDo={(what) => setDoing({ what, role })} />
          ))}
        </ul>
      ) : (
        <LoadState error={roles.error} onRetry={() => void roles.refetch()} />
      )}
      {doing?.what === 'create' || doing?.what === 'copy' ? (
        <NewRoleDialog
          roles={roles.data ?? []}
          copyOf={doing.what === 'copy' ? doing.role : undefined}
          onClose={done}
          onMade={(role) => void navigate({ to: `/settings/roles/${role.id}`, ignoreBlocker: true })}
        />
      ) : null}
      {doing?.what === 'delete' ? (
        <DeleteRoleDialog role={doing.role} roles={roles.data ?? []} onClose={done} onDeleted={done} />
      ) : null}
    </SettingsLayout>
  );
}

function RoleRow({ role, onDo }: { role: Role; onDo: (what: 'copy' | 'delete') => void }) {
  const { t } = useTranslation('access');
  const { permissions } = useMe();
  const name = roleName(role);
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <span className={classes['title']}>
          <Link to={`/settings/roles/${role.id}`} className={classes['name']}>
            {name}
          </Link>
          <RoleBadges role={role} />
        </span>
        <span className={classes['text']}>{roleText(role) || t('noDescription')}</span>
      </div>
      <span className={classes['holders']}>
        <span>{t('people', { count: role.members })}</span>
        {role.apiKeys > 0 ? (
          <Badge size="sm" variant="default">
            {t('keys', { count: role.apiKeys })}
          </Badge>
        ) : null}
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('moreOf', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={role.editable ? <IconPencil size={15} /> : <IconEye size={15} />}
            component={Link}
            to={`/settings/roles/${role.id}`}
          >
            {t(role.editable ? 'edit' : 'open')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => onDo('copy')}>
            {t('copy')}
          </Menu.Item>
          {mayUse(permissions, '*') && !role.system.includes('*') ? (
            <Menu.Item leftSection={<IconEye size={15} />} onClick={() => viewAs({ id: role.id, name })}>
              {t('viewAs')}
            </Menu.Item>
          ) : null}
          {role.builtIn ? null : (
            <>
              <Menu.Divider />
              <Menu.Item
                color="var(--pl-bad)"
                leftSection={<IconTrash size={15} />}
                onClick={() => onDo('delete')}
              >
                {t('delete.open')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
