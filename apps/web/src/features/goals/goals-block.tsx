import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { HomeCard } from '@/app/shell/home-card';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { progressQuery } from './api/goal-progress';
import { GoalRow } from './goal-row';
import classes from './goals.module.css';

const MOST = 5;

/** The user's own goals, and those of teams. */
export default function GoalsBlock() {
  const { t } = useTranslation('goals');
  const { user } = useMe();
  const query = useQuery(progressQuery());
  const goals = query.data?.data.filter(({ owner, team }) => team !== null || owner?.id === user.memberId);
  return (
    <HomeCard title={t('title')} all={{ to: '/goals' }}>
      {query.isError ? (
        <p className={classes['empty']} role="alert">
          {problemText(query.error)}
        </p>
      ) : !goals ? (
        <div className={classes['goals']} aria-hidden>
          <Skeleton height={10} width="70%" my={14} mx={16} />
          <Skeleton height={10} width="50%" my={14} mx={16} />
        </div>
      ) : goals.length === 0 ? (
        <p className={classes['empty']}>{t('none')}</p>
      ) : (
        <ul className={classes['goals']}>
          {goals.slice(0, MOST).map((goal) => (
            <GoalRow key={goal.id} goal={goal} />
          ))}
        </ul>
      )}
    </HomeCard>
  );
}
