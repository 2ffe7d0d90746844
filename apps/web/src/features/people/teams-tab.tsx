import { ActionIcon, Button, Skeleton, Text } from '@mantine/core';
import { Initials, StateMessage } from '@pellucid/ui';
import {
  IconAlertTriangle,
  IconChevronDown,
  IconPencil,
  IconPlus,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { useRecordForm } from '@/records/form/record-form-context';
import {
  isReference,
  mayCreate,
  mayUpdate,
  type ObjectDescription,
  type RecordData,
} from '@/records/object-description';
import { teamMembersQuery, teamsQuery } from './api/people';
import classes from './people.module.css';
import { headCount, type TeamNode, teamTree } from './team-tree';

/** The hierarchy of teams, with people and managers. */
export default function TeamsTab() {
  const { t } = useTranslation('people');
  const forms = useRecordForm();
  const object = useObject('team');
  const teams = useQuery(teamsQuery);
  const members = useQuery(teamMembersQuery);
  if (!object) return <StateMessage icon={<IconUsersGroup size={20} />} title={t('notAllowed')} />;
  if (teams.isPending || members.isPending) return <Skeleton height={240} radius="md" mt="md" />;
  const failed = [teams, members].find(({ isError, data }) => isError && !data);
  if (failed) {
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('failed')}
        text={problemText(failed.error)}
      >
        <Button size="xs" onClick={() => void failed.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  }
  const create = mayCreate(object) ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlus size={15} />}
      onClick={() => forms.openCreate(object, { onSaved: () => undefined })}
    >
      {t('teams.new')}
    </Button>
  ) : null;
  const { roots, teamless } = teamTree(teams.data ?? [], members.data ?? []);
  if (roots.length === 0) {
    return (
      <StateMessage icon={<IconUsersGroup size={20} />} title={t('teams.none')} text={t('teams.noneText')}>
        {create}
      </StateMessage>
    );
  }
  return (
    <>
      <div className={classes['toolbar']}>
        <Text size="sm" c="dimmed">
          {t('teams.count', { count: teams.data?.length ?? 0 })}
        </Text>
        {create}
      </div>
      <ul className={classes['tree']}>
        {roots.map((node) => (
          <Team key={node.team.id} node={node} object={object} depth={0} />
        ))}
      </ul>
      {teamless.length ? (
        <section className={classes['teamless']}>
          <h2 className={classes['subtitle']}>{t('teams.without', { count: teamless.length })}</h2>
          <People members={teamless} managerId={undefined} />
        </section>
      ) : null}
    </>
  );
}

function Team({ node, object, depth }: { node: TeamNode; object: ObjectDescription; depth: number }) {
  const { t } = useTranslation('people');
  const forms = useRecordForm();
  const [isOpen, setOpen] = useState(depth === 0);
  const { team, members, children } = node;
  const name = String(team['name']);
  const { manager } = team;
  const managerId = isReference(manager) ? manager.id : undefined;
  return (
    <li className={classes['node']}>
      <div className={classes['teamHead']}>
        <ActionIcon
          size={24}
          aria-expanded={isOpen}
          aria-label={t(isOpen ? 'teams.fold' : 'teams.unfold', { name })}
          onClick={() => setOpen((open) => !open)}
        >
          <IconChevronDown size={15} className={classes['chevron']} data-open={isOpen || undefined} />
        </ActionIcon>
        <Link to={`/teams/${team.id}`} className={classes['name']}>
          {name}
        </Link>
        <span className={classes['count']}>{t('teams.people', { count: headCount(node) })}</span>
        {isReference(manager) ? (
          <span className={classes['manager']}>{t('teams.ledBy', { name: manager.name })}</span>
        ) : null}
        <span className={classes['tools']}>
          {mayCreate(object) ? (
            <ActionIcon
              size={24}
              aria-label={t('teams.newBelow', { name })}
              onClick={() =>
                forms.openCreate(object, {
                  values: { parent: { id: team.id, name } },
                  onSaved: () => undefined,
                })
              }
            >
              <IconPlus size={14} />
            </ActionIcon>
          ) : null}
          {mayUpdate(object) ? (
            <ActionIcon
              size={24}
              aria-label={t('teams.edit', { name })}
              onClick={() => forms.openEdit(object, team)}
            >
              <IconPencil size={14} />
            </ActionIcon>
          ) : null}
        </span>
      </div>
      {isOpen ? (
        <div className={classes['inner']}>
          {members.length ? <People members={members} managerId={managerId} /> : null}
          {children.length ? (
            <ul className={classes['tree']}>
              {children.map((child) => (
                <Team key={child.team.id} node={child} object={object} depth={depth + 1} />
              ))}
            </ul>
          ) : null}
          {members.length + children.length === 0 ? (
            <Text size="xs" c="dimmed">
              {t('teams.nobody')}
            </Text>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function People({ members, managerId }: { members: RecordData[]; managerId: string | undefined }) {
  const { t } = useTranslation('people');
  return (
    <ul className={classes['people']}>
      {members.map((member) => {
        const name = String(member['name']);
        const { manager } = member;
        return (
          <li key={member.id}>
            <Link to={`/members/${member.id}`} className={classes['person']}>
              <Initials name={name} size={24} isRound />
              <span className={classes['who']}>
                <span className="pl-truncate">{name}</span>
                {member.id === managerId ? (
                  <span className={classes['sub']}>{t('teams.manager')}</span>
                ) : isReference(manager) ? (
                  <span className={classes['sub']}>{t('members.reportsTo', { name: manager.name })}</span>
                ) : null}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
