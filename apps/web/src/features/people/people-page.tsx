import { Button, Tabs } from '@mantine/core';
import { IconUserPlus, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PagePending } from '@/app/page-states';
import { PageTitle } from '@/app/shell/page-title';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { InviteDialog } from './invite-dialog';
import { MembersTab } from './members-tab';
import classes from './people.module.css';
import { maySystem } from './role-summary';

const TeamsTab = lazy(() => import('./teams-tab'));
const EntitiesTab = lazy(() => import('./entities-tab'));
const RolesTab = lazy(() => import('./roles-tab'));

const TABS = ['members', 'teams', 'entities', 'roles'] as const;

/** Everybody in the company, how they are organised, and what they may do. */
export default function PeoplePage() {
  const { t } = useTranslation('people');
  useDocumentTitle(t('entries:people.title'));
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { tab?: string };
  const { permissions } = useMe();
  const [isInviting, setInviting] = useState(false);
  const tab = TABS.find((key) => key === search.tab) ?? 'members';
  const canManage = maySystem(permissions, 'manageUsers');
  return (
    <section className={classes['page']} aria-labelledby="people-title">
      <header className={classes['header']}>
        <PageTitle
          id="people-title"
          title={t('entries:people.title')}
          icon={<IconUsersGroup size={18} aria-hidden />}
        />
        {canManage ? (
          <Button size="xs" leftSection={<IconUserPlus size={15} />} onClick={() => setInviting(true)}>
            {t('invite.open')}
          </Button>
        ) : null}
      </header>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ to: '.', search: next === 'members' ? {} : { tab: next }, replace: true } as never)
        }
      >
        <Tabs.List className={classes['tabs']}>
          {TABS.map((key) => (
            <Tabs.Tab key={key} value={key}>
              {t(`tabs.${key}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="members">
          <MembersTab canManage={canManage} />
        </Tabs.Panel>
        <Suspense fallback={<PagePending />}>
          <Tabs.Panel value="teams">
            <TeamsTab />
          </Tabs.Panel>
          <Tabs.Panel value="entities">
            <EntitiesTab />
          </Tabs.Panel>
          <Tabs.Panel value="roles">
            <RolesTab />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
      {isInviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </section>
  );
}
