import { Button, Group, Kbd, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCheck,
  IconCalendarPlus,
  IconConfetti,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/list-parts.module.css';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { recordName } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { subjectsOf } from './activity-row';
import { ActivityWhen } from './activity-when';
import { SubjectCard } from './subject-card';
import classes from './my-day.module.css';
import { daysLater, movedTo, sectionOf } from './my-day';
import { type Activity, useActivitySteps } from './use-activity-steps';
import { useMyDay } from './use-my-day';

/** One activity after the other, with what it is about beside it. Everything has a key. */
export default function QueuePage() {
  const { t } = useTranslation('activities');
  const formats = useFormats();
  const navigate = useNavigate();
  const { activities, today, isPending, error, refetch } = useMyDay();
  const { step, move } = useActivitySteps();
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  useDocumentTitle(t('queue.title'));
  const waiting = activities.filter(({ record }) =>
    ['overdue', 'today'].includes(sectionOf(record, today, formats.zone)),
  );
  const left = waiting.filter(({ record }) => !skipped.includes(record.id));
  const current = left[0];
  const isBusy = step.isPending || move.isPending;
  const complete = () => {
    if (current && !isBusy) step.mutate({ activity: current, step: 'complete' });
  };
  const tomorrow = () => {
    if (current && !isBusy)
      move.mutate({ activity: current, changes: movedTo(current, daysLater(today, 1), formats.zone) });
  };
  const skip = () => {
    if (current) setSkipped([...skipped, current.record.id]);
  };
  const back = () => setSkipped(skipped.slice(0, -1));
  const open = ({ object, record }: Activity) => void navigate({ to: `${object.path}/${record.id}` });
  useShortcuts({
    x: complete,
    s: tomorrow,
    j: skip,
    arrowright: skip,
    k: back,
    arrowleft: back,
    enter: () => current && open(current),
    escape: () => void navigate({ to: '/my-day' }),
  });
  return (
    <section className={classes['queue']} aria-labelledby="queue-title">
      <header className={parts['header']}>
        <PageTitle id="queue-title" title={t('queue.title')}>
          {current ? (
            <Text span size="sm" c="dimmed" aria-live="polite">
              {t('queue.left', { count: left.length })}
            </Text>
          ) : null}
        </PageTitle>
        <Button
          component={Link}
          to="/my-day"
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={15} />}
        >
          {t('title')}
        </Button>
      </header>
      {error ? (
        <StateMessage role="alert" title={t('failed')} text={problemText(error)}>
          <Button size="xs" onClick={refetch}>
            {t('app:retry')}
          </Button>
        </StateMessage>
      ) : isPending ? (
        <Skeleton height={200} />
      ) : !current ? (
        <StateMessage
          icon={<IconConfetti size={20} />}
          title={t('queue.done')}
          text={t(skipped.length ? 'queue.skippedText' : 'queue.doneText')}
        >
          {skipped.length ? (
            <Button size="xs" variant="default" onClick={() => setSkipped([])}>
              {t('queue.again')}
            </Button>
          ) : null}
        </StateMessage>
      ) : (
        <div className={classes['desk']}>
          <div>
            <Current activity={current} />
            <Group gap="xs" mt="md">
              <Button
                size="sm"
                leftSection={<IconCheck size={16} />}
                rightSection={<Kbd size="xs">X</Kbd>}
                loading={step.isPending}
                onClick={complete}
              >
                {t('complete')}
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconCalendarPlus size={16} />}
                rightSection={<Kbd size="xs">S</Kbd>}
                loading={move.isPending}
                onClick={tomorrow}
              >
                {t('queue.tomorrow')}
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconArrowRight size={16} />}
                rightSection={<Kbd size="xs">J</Kbd>}
                onClick={skip}
              >
                {t('queue.skip')}
              </Button>
              <Button
                size="sm"
                variant="subtle"
                rightSection={<Kbd size="xs">K</Kbd>}
                disabled={!skipped.length}
                onClick={back}
              >
                {t('queue.back')}
              </Button>
            </Group>
          </div>
          <SubjectOf key={current.record.id} activity={current} />
        </div>
      )}
    </section>
  );
}

/** The activity itself. */
function Current({ activity: { object, record } }: { activity: Activity }) {
  const Icon = iconOf(object);
  const text = record['description'];
  return (
    <article className="pl-card" aria-label={recordName(object, record)}>
      <div className={classes['current']}>
        <Group gap={8} wrap="nowrap">
          <Icon size={18} role="img" aria-label={object.label} className={classes['kind']} />
          <h2 className={classes['title']}>
            <Link to={`${object.path}/${record.id}`}>{recordName(object, record)}</Link>
          </h2>
        </Group>
        <ActivityWhen record={record} />
        {typeof text === 'string' ? <p className={classes['text']}>{text}</p> : null}
      </div>
    </article>
  );
}

/** The first record that the activity is about. */
function SubjectOf({ activity: { record } }: { activity: Activity }) {
  const { t } = useTranslation('activities');
  const objects = useObjects();
  const [subject] = subjectsOf(record);
  const object = subject && objects.find(({ key }) => key === subject.object);
  if (!object) return <p className={classes['more']}>{t('queue.alone')}</p>;
  return <SubjectCard object={object} id={subject.id} />;
}
