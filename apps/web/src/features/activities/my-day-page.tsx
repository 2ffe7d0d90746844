import { Button, Group, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconPlayerPlay, IconSunHigh } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { CreateButton } from '@/records/access/create-button';
import { useRecordForm } from '@/records/form/record-form-context';
import { ActivityRow } from './activity-row';
import classes from './my-day.module.css';
import { daysLater, movedTo, SECTIONS, sectionOf } from './my-day';
import { type Activity, useActivitySteps } from './use-activity-steps';
import { useMyDay } from './use-my-day';

/** What the user has to do: overdue, today, in the next days, and what has no time. */
export default function MyDayPage() {
  const { t } = useTranslation('activities');
  const formats = useFormats();
  const navigate = useNavigate();
  const forms = useRecordForm();
  const { activities, objects, today, isPending, error, hasMore, refetch } = useMyDay();
  const { step, move } = useActivitySteps();
  const [active, setActive] = useState(-1);
  useDocumentTitle(t('title'));
  const current = activities[active];
  const done = step.isPending || step.isSuccess ? step.variables.activity.record : undefined;
  // Until the list is fetched again. If it is undone, it comes back in a later version.
  const isDone = ({ record }: Activity) => record.id === done?.id && record.version === done.version;
  const complete = (activity: Activity) => {
    if (!step.isPending) step.mutate({ activity, step: 'complete' });
  };
  const go = (by: number) => setActive(Math.min(activities.length - 1, Math.max(0, active + by)));
  const onCurrent = (act: (activity: Activity) => void) => () => {
    if (current) act(current);
  };
  useShortcuts({
    j: () => go(1),
    k: () => go(-1),
    arrowdown: () => go(1),
    arrowup: () => go(-1),
    x: onCurrent(complete),
    s: onCurrent((activity) => {
      if (!move.isPending)
        move.mutate({ activity, changes: movedTo(activity, daysLater(today, 1), formats.zone) });
    }),
    enter: onCurrent(({ object, record }) => void navigate({ to: `${object.path}/${record.id}` })),
    q: () => void navigate({ to: '/my-day/queue' }),
  });
  const [first] = objects;
  const create = () => {
    // The new one appears in its place.
    if (first) forms.openCreate(first, { onSaved: () => undefined });
  };
  return (
    <section className={parts['page']} aria-labelledby="my-day-title">
      <header className={parts['header']}>
        <PageTitle id="my-day-title" title={t('title')} icon={<IconSunHigh size={18} aria-hidden />} />
        <Group gap="xs" wrap="nowrap">
          {activities.length ? (
            <Button
              component={Link}
              to="/my-day/queue"
              size="xs"
              variant="default"
              leftSection={<IconPlayerPlay size={15} />}
            >
              {t('startQueue')}
            </Button>
          ) : null}
          <CreateButton
            objects={objects.slice(0, 1)}
            label={t('new', { object: first?.label })}
            onClick={create}
          />
        </Group>
      </header>
      {error ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(error)}
        >
          <Button size="xs" onClick={refetch}>
            {t('app:retry')}
          </Button>
        </StateMessage>
      ) : isPending ? (
        <ul className={parts['rows']} aria-busy>
          {[70, 52, 64, 40].map((width) => (
            <li key={width} className={classes['row']}>
              <Skeleton height={12} width={`${width}%`} />
            </li>
          ))}
        </ul>
      ) : objects.length === 0 ? (
        <StateMessage icon={<IconSunHigh size={20} />} title={t('none.title')} text={t('none.text')} />
      ) : activities.length === 0 ? (
        <StateMessage icon={<IconSunHigh size={20} />} title={t('empty.title')} text={t('empty.text')} />
      ) : (
        SECTIONS.map((section) => {
          const own = activities.filter(({ record }) => sectionOf(record, today, formats.zone) === section);
          return own.length ? (
            <section key={section} aria-labelledby={`my-day-${section}`} className={classes['section']}>
              <h2 id={`my-day-${section}`} className={classes['heading']} data-section={section}>
                {t(`section.${section}`)} <span>{formats.number(own.length)}</span>
              </h2>
              <ul className={parts['rows']}>
                {own.map((activity) => (
                  <ActivityRow
                    key={activity.record.id}
                    activity={activity}
                    isActive={activity === current}
                    isDone={isDone(activity)}
                    onComplete={() => complete(activity)}
                  />
                ))}
              </ul>
            </section>
          ) : null;
        })
      )}
      {hasMore ? <p className={classes['more']}>{t('more')}</p> : null}
    </section>
  );
}
