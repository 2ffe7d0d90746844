import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { UsageDay } from './api/api-keys';
import classes from './api-keys.module.css';

/** Bars of requests per day, with failures at the bottom in another colour. For screen readers, a table. */
export function UsageChart({ days }: { days: UsageDay[] }) {
  const { t } = useTranslation('api-keys');
  const formats = useFormats();
  const isUnused = days.every(({ requests }) => requests === 0);
  const total = (part: 'requests' | 'failures') => days.reduce((sum, day) => sum + day[part], 0);
  const most = Math.max(1, ...days.map(({ requests }) => requests));
  const share = (count: number) => `${(count / most) * 100}%`;
  const words = ({ day, requests, failures }: UsageDay) =>
    t('usage.day', {
      date: formats.date(day),
      requests: formats.number(requests),
      failures: formats.number(failures),
    });
  return (
    <figure className={classes['usage']}>
      <figcaption className={classes['usageHead']}>
        <h3 className={classes['cardTitle']}>{t('usage.title')}</h3>
        {isUnused ? null : (
          <span className={classes['legend']}>
            <span className={classes['legendItem']}>
              <span className={classes['swatch']} aria-hidden />
              {t('usage.requests', { count: total('requests'), number: formats.number(total('requests')) })}
            </span>
            <span className={classes['legendItem']}>
              <span className={classes['swatch']} data-failures aria-hidden />
              {t('usage.failures', { count: total('failures'), number: formats.number(total('failures')) })}
            </span>
          </span>
        )}
      </figcaption>
      {isUnused ? (
        <p className={classes['unused']}>{t('usage.none')}</p>
      ) : (
        <div className={classes['plot']} aria-hidden>
          <span className={classes['most']}>{formats.number(most)}</span>
          <div className={classes['bars']}>
            {days.map((day) => (
              <div key={day.day} className={classes['column']} title={words(day)}>
                <div className={classes['good']} style={{ height: share(day.requests - day.failures) }} />
                <div className={classes['bad']} style={{ height: share(day.failures) }} />
              </div>
            ))}
          </div>
          <div className={classes['axis']}>
            <span>{days[0] ? formats.date(days[0].day) : null}</span>
            <span>{t('usage.today')}</span>
          </div>
        </div>
      )}
      <VisuallyHidden>
        <ul>
          {days
            .filter(({ requests }) => requests > 0)
            .map((day) => (
              <li key={day.day}>{words(day)}</li>
            ))}
        </ul>
      </VisuallyHidden>
    </figure>
  );
}
