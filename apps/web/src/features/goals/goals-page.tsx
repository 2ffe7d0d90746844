import { Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconChevronLeft, IconChevronRight, IconTrophy } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { CreateButton } from '@/records/access/create-button';
import { useObject } from '@/records/api/describe-objects';
import { useRecordForm } from '@/records/form/record-form-context';
import type { ObjectDescription } from '@/records/object-description';
import { type GoalProgress, leaderboardQuery, progressQuery } from './api/goal-progress';
import { GoalRow } from './goal-row';
import classes from './goals.module.css';

/** The same day of another month, or its last one. @param day "2030-05-31" */
function monthsLater(day: string, months: number): string {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** Goals of a month and its quarter, and who is how far. */
export default function GoalsPage() {
  const { t } = useTranslation('goals');
  useDocumentTitle(t('title'));
  const goal = useObject('goal');
  return goal ? (
    <Goals object={goal} />
  ) : (
    <StateMessage icon={<IconTrophy size={20} />} title={t('refused')} />
  );
}

function Goals({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('goals');
  const formats = useFormats();
  const { settings } = useMe();
  const forms = useRecordForm();
  const today = formats.today();
  const [on, setOn] = useState(today);
  const query = useQuery({ ...progressQuery({ on }), placeholderData: keepPreviousData });
  const ranked = useQuery({
    ...leaderboardQuery(on),
    enabled: settings.goalLeaderboard,
    placeholderData: keepPreviousData,
  });
  const month = new Intl.DateTimeFormat(formats.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shift = (by: number) => {
    const next = monthsLater(on, by);
    setOn(next.slice(0, 7) === today.slice(0, 7) ? today : next);
  };
  return (
    <section className={classes['page']} aria-labelledby="goals-title">
      <header className={classes['header']}>
        <PageTitle id="goals-title" title={t('title')} icon={<IconTrophy size={18} aria-hidden />} />
        <div className={classes['month']}>
          <Button size="xs" variant="default" aria-label={t('earlier')} onClick={() => shift(-1)}>
            <IconChevronLeft size={15} />
          </Button>
          <span aria-live="polite">{month.format(new Date(`${on}T00:00:00Z`))}</span>
          <Button size="xs" variant="default" aria-label={t('later')} onClick={() => shift(1)}>
            <IconChevronRight size={15} />
          </Button>
        </div>
        <CreateButton
          objects={[object]}
          label={t('new')}
          onClick={() =>
            forms.openCreate(object, {
              values: { startsOn: `${on.slice(0, 7)}-01` },
              onSaved: () => undefined,
            })
          }
        />
      </header>
      <Part title={t('all')} empty={t('none')} data={query.data?.data} error={query.error} />
      {settings.goalLeaderboard ? (
        <Part
          title={t('leaderboard')}
          empty={t('noRanks')}
          data={ranked.data?.data}
          error={ranked.error}
          isRanked
        />
      ) : null}
    </section>
  );
}

interface PartProps {
  title: string;
  empty: string;
  data: GoalProgress[] | undefined;
  error: Error | null;
  isRanked?: boolean;
}

function Part({ title, empty, data, error, isRanked }: PartProps) {
  return (
    <section className="pl-card" aria-label={title}>
      <h2 className={classes['title']}>{title}</h2>
      {error ? (
        <p className={classes['empty']} role="alert">
          {problemText(error)}
        </p>
      ) : !data ? (
        <Skeleton height={10} width="40%" m={16} />
      ) : data.length === 0 ? (
        <p className={classes['empty']}>{empty}</p>
      ) : (
        <ol className={classes['goals']}>
          {data.map((goal, n) => (
            <GoalRow key={goal.id} goal={goal} {...(isRanked ? { rank: n + 1 } : {})} />
          ))}
        </ol>
      )}
    </section>
  );
}
