import { Badge, Button, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCheck, IconEye, IconPencil, IconShield } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { roleName, roleText } from '@/lib/roles';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import { assignmentsQuery, type Role, rolesQuery } from './api/people';
import classes from './people.module.css';
import { maySystem, reachOf } from './role-summary';

const MARKS = { all: IconCheck, work: IconPencil, read: IconEye } as const;

/** What each role may do, in words, and how many people have it. */
export default function RolesTab() {
  const { t } = useTranslation('people');
  const { permissions } = useMe();
  const roles = useQuery(rolesQuery);
  const assignments = useQuery({ ...assignmentsQuery, enabled: maySystem(permissions, 'manageUsers') });
  if (roles.isPending) return <Skeleton height={280} radius="md" mt="md" />;
  if (roles.isError) {
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('failed')}
        text={problemText(roles.error)}
      >
        <Button size="xs" onClick={() => void roles.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  }
  const holders = (role: Role) =>
    assignments.data && [...assignments.data.values()].filter((roleIds) => roleIds.includes(role.id)).length;
  return (
    <>
      {maySystem(permissions, 'manageRoles') ? (
        <div className={classes['toolbar']}>
          <span className={classes['hint']}>{t('roles.intro')}</span>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconShield size={15} />}
            component={Link}
            to="/settings/roles"
          >
            {t('roles.manage')}
          </Button>
        </div>
      ) : null}
      <div className={classes['roleCards']}>
        {roles.data.map((role) => (
          <RoleCard key={role.id} role={role} holders={holders(role)} />
        ))}
      </div>
    </>
  );
}

function RoleCard({ role, holders }: { role: Role; holders: number | undefined }) {
  const { t } = useTranslation('people');
  const objects = useObjects();
  const reaches = (['all', 'work', 'read'] as const)
    .map((reach) => ({
      reach,
      labels: objects.filter(({ key }) => reachOf(role, key) === reach).map((object) => object.pluralLabel),
    }))
    .filter(({ labels }) => labels.length > 0);
  return (
    <article className={classes['role']}>
      <header className={classes['roleHead']}>
        <IconShield size={17} aria-hidden className={classes['cardIcon']} />
        <h2 className={classes['roleName']}>{roleName(role)}</h2>
        {role.builtIn ? (
          <Badge size="sm" variant="default">
            {t('roles.builtIn')}
          </Badge>
        ) : null}
        {holders === undefined ? null : (
          <span className={classes['count']}>{t('teams.people', { count: holders })}</span>
        )}
      </header>
      <Text size="sm" c="dimmed">
        {roleText(role)}
      </Text>
      <dl className={classes['reaches']}>
        {reaches.map(({ reach, labels }) => {
          const Mark = MARKS[reach];
          return (
            <div key={reach}>
              <dt>
                <Mark size={14} aria-hidden /> {t(`roles.reach.${reach}`)}
              </dt>
              <dd>{labels.length === objects.length ? t('roles.everything') : labels.join(', ')}</dd>
            </div>
          );
        })}
        {role.system.length ? (
          <div>
            <dt>
              <IconShield size={14} aria-hidden /> {t('roles.system')}
            </dt>
            <dd>
              {role.system.includes('*')
                ? t('roles.everything')
                : role.system.map((right) => t(`roles.rights.${right}`, { defaultValue: right })).join(', ')}
            </dd>
          </div>
        ) : null}
      </dl>
    </article>
  );
}
