import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isUnnamed } from '@/records/access/field-visibility';
import { useObjects } from '@/records/api/describe-objects';
import { isReference, type RecordData, recordName } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { ActivityWhen } from './activity-when';
import classes from './my-day.module.css';
import type { Activity } from './use-activity-steps';

/** A record that an activity is about, as the list of links has it. */
export interface Subject {
  object: string;
  id: string;
  name: string;
}

/** Returns the records that an activity is about, as far as they have names for the reader. */
export function subjectsOf({ about }: RecordData): Subject[] {
  const links = Array.isArray(about) ? about : [];
  return links.filter((link) => isReference(link) && !isUnnamed(link)) as unknown as Subject[];
}

interface ActivityRowProps {
  activity: Activity;
  isActive: boolean;
  isDone: boolean;
  onComplete: () => void;
}

/** An activity of the day: tick it off, open it, or open what it is about. */
export function ActivityRow({
  activity: { object, record },
  isActive,
  isDone,
  onComplete,
}: ActivityRowProps) {
  const { t } = useTranslation('activities');
  const objects = useObjects();
  const Icon = iconOf(object);
  const name = recordName(object, record);
  const subjects = subjectsOf(record).slice(0, 2);
  return (
    <li className={classes['row']} data-active={isActive || undefined}>
      <Checkbox
        size="sm"
        checked={isDone}
        disabled={isDone}
        aria-label={t('completeNamed', { name })}
        onChange={onComplete}
      />
      <Icon size={16} role="img" aria-label={object.label} className={classes['kind']} />
      <span className={classes['what']}>
        <Link to={`${object.path}/${record.id}`} className={classes['name']}>
          {name}
        </Link>
        {subjects.length ? (
          <span className={classes['subjects']}>
            {subjects.map((subject) => {
              const path = objects.find(({ key }) => key === subject.object)?.path;
              return path ? (
                <Link key={subject.id} to={`${path}/${subject.id}`} className={classes['subject']}>
                  {subject.name}
                </Link>
              ) : null;
            })}
          </span>
        ) : null}
      </span>
      {record['priority'] === 'Urgent' || record['priority'] === 'High' ? (
        <span className={classes['priority']} data-priority={record['priority']}>
          {object.fields
            .find(({ key }) => key === 'priority')
            ?.options?.find(({ value }) => value === record['priority'])?.label ?? record['priority']}
        </span>
      ) : null}
      <ActivityWhen record={record} />
    </li>
  );
}
