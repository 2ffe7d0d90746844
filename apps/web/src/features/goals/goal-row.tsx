import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObjects } from '@/records/api/describe-objects';
import type { GoalProgress } from './api/goal-progress';
import classes from './goals.module.css';

/** A goal: whose it is, how far it is reached, and how far it should be by now. */
export function GoalRow({ goal, rank }: { goal: GoalProgress; rank?: number }) {
  const { t } = useTranslation('goals');
  const formats = useFormats();
  const target = Number(goal.target);
  const reached = goal.value === null ? undefined : Number(goal.value);
  const share = reached === undefined || target <= 0 ? 0 : reached / target;
  const shown = (value: string) =>
    goal.metric === 'wonAmount' ? formats.moneyShort(value) : formats.number(value);
  const who = goal.team?.name || goal.owner?.name;
  const isBehind = reached !== undefined && share < goal.elapsed && share < 1;
  return (
    <li className={classes['goal']}>
      <div className={classes['head']}>
        <Link to={`/goals/${goal.id}`} className={classes['name']}>
          {rank === undefined ? null : <span className={classes['rank']}>{formats.number(rank)}.</span>}
          {who ? `${who}: ` : ''}
          {goal.name || t(`metric.${goal.metric}`)}
        </Link>
        <span className={classes['figures']}>
          {goal.value === null ? t('withheld') : <Reached goal={goal} text={shown(goal.value)} />}
          {` / ${shown(goal.target)}`}
        </span>
      </div>
      {reached === undefined ? null : (
        <div
          className={classes['track']}
          role="progressbar"
          aria-label={t('progressOf', { name: who ?? goal.name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.min(100, Math.round(share * 100))}
          aria-valuetext={t('reached', { share: formats.percent(Math.round(share * 100)) })}
        >
          <div
            className={classes['bar']}
            data-behind={isBehind || undefined}
            style={{ width: `${Math.min(1, share) * 100}%` }}
          />
          <div className={classes['pace']} style={{ insetInlineStart: `${goal.elapsed * 100}%` }} />
        </div>
      )}
      <p className={classes['note']}>
        {t('span', { from: formats.date(goal.from), to: formats.date(goal.to) })}
        {reached === undefined
          ? ` · ${t('withheldWhy')}`
          : ` · ${t('pace', {
              share: formats.percent(Math.round(share * 100)),
              expected: formats.percent(Math.round(goal.elapsed * 100)),
            })}`}
      </p>
    </li>
  );
}

/** What is reached, as a link to each list of the records that make it. */
function Reached({ goal, text }: { goal: GoalProgress; text: string }) {
  const objects = useObjects();
  const formats = useFormats();
  const parts = goal.parts.flatMap(({ object: key, filter, value }) => {
    const object = objects.find((candidate) => candidate.key === key);
    return object ? [{ object, filter, value }] : [];
  });
  const [only, ...more] = parts;
  if (!only) return text;
  if (!more.length)
    return (
      <Link to={only.object.path} search={{ filter: only.filter } as never}>
        {text}
      </Link>
    );
  return (
    <>
      {text} (
      {parts.map(({ object, filter, value }, n) => (
        <span key={object.key}>
          {n ? ', ' : ''}
          <Link to={object.path} search={{ filter } as never}>
            {`${formats.number(value ?? '0')} ${object.pluralLabel}`}
          </Link>
        </span>
      ))}
      )
    </>
  );
}
