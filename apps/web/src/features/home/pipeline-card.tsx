import { Button, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { approximate, useFormats } from '@/lib/format/formats';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { ownedBy } from './filters';
import { useDefaultPipeline } from './use-totals';
import classes from './home-page.module.css';

/** The open stages of the default pipeline with their values, as bars. */
export function PipelineCard({ object, owner }: { object: ObjectDescription; owner: string | undefined }) {
  const { t } = useTranslation('home');
  const formats = useFormats();
  const { stages, hasNone, failed } = useDefaultPipeline(ownedBy(owner));
  const open = stages?.filter(({ stage }) => stage.category === 'open') ?? [];
  const largest = Math.max(1, ...open.map(({ amount }) => approximate(amount ?? '0')));
  const isEmpty = open.every(({ count }) => count === 0);
  return (
    <section className="pl-card" aria-labelledby="pipeline-title">
      <header className={classes['cardHeader']}>
        <h2 id="pipeline-title">{t('pipeline.title')}</h2>
        <Link to={object.path} search={{ filter: ownedBy(owner) } as never}>
          {t('seeAll')}
        </Link>
      </header>
      {failed ? (
        <p className={classes['note']} role="alert">
          {problemText(failed.error)}{' '}
          {failed.error instanceof ApiProblem && failed.error.isRefusal ? null : (
            <Button variant="subtle" size="compact-xs" onClick={() => void failed.refetch()}>
              {t('app:retry')}
            </Button>
          )}
        </p>
      ) : hasNone ? (
        <p className={classes['note']}>{t('pipeline.none')}</p>
      ) : !stages ? (
        <div className={classes['stages']}>
          {[80, 55, 40, 25].map((width) => (
            <div key={width} className={classes['stage']}>
              <Skeleton height={10} width={70} />
              <Skeleton height={10} width={`${width}%`} />
            </div>
          ))}
        </div>
      ) : isEmpty ? (
        <p className={classes['note']}>{t('pipeline.empty')}</p>
      ) : (
        <ul className={classes['stages']}>
          {open.map(({ stage, count, amount, currency }) => (
            <li key={stage.id} className={classes['stage']}>
              <Link
                to={object.path}
                search={{ filter: ownedBy(owner, { field: 'stage', op: 'eq', value: stage.id }) } as never}
                className="pl-truncate"
                style={{ color: 'inherit', textDecoration: 'none' }}
              >
                {stage.name}
              </Link>
              <div className={classes['track']}>
                <div
                  className={classes['bar']}
                  style={{ width: `${(approximate(amount ?? '0') / largest) * 100}%` }}
                />
              </div>
              <span className={`pl-num ${classes['stageCount']}`}>{formats.number(count)}</span>
              {amount === undefined ? null : (
                <span className={`pl-num ${classes['stageAmount']}`} title={formats.money(amount, currency)}>
                  {formats.moneyShort(amount, currency)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
