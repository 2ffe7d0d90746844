import { explainValue, type ValueSource as Source } from '@pellucid/api-client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import classes from './value-source.module.css';

interface ValueSourceProps {
  object: string;
  record: string;
  field: string;
}

function valueSourceQuery({ object, record, field }: ValueSourceProps) {
  return queryOptions({
    queryKey: ['value-source', object, record, field],
    queryFn: ({ signal }): Promise<Source> => explainValue({ query: { object, record, field }, signal }),
    staleTime: 10_000,
  });
}

/** Where the value of a computed field comes from. Nothing for values that the user doesn't see. */
export function ValueSource(props: ValueSourceProps) {
  const { t, i18n } = useTranslation('access-reasons');
  const { data: source } = useQuery({ ...valueSourceQuery(props), retry: false });
  const counted = useObject(source?.rollup?.object ?? '');
  if (!source) return null;
  const { formula, inputs, problem, rollup, changedAt } = source;
  return (
    <section className={classes['source']} aria-labelledby="value-source">
      <h3 id="value-source" className={classes['title']}>
        {t('source.title')}
      </h3>
      {formula ? <code className={classes['formula']}>{formula}</code> : null}
      {problem ? (
        <p className={classes['problem']}>{t('source.noValue', { reason: problem.message })}</p>
      ) : null}
      {inputs?.length ? (
        <dl className={classes['inputs']}>
          {inputs.map(({ key, label, value }) => (
            <div key={key}>
              <dt>{label}</dt>
              <dd>{textOf(value) || t('source.empty')}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {rollup ? (
        <p className={classes['sub']}>
          {t(`source.rollup.${rollup.fn}`, {
            objects: counted?.pluralLabel ?? rollup.object,
            field: counted?.fields.find(({ key }) => key === rollup.of)?.label ?? rollup.of,
          })}
          {rollup.records === undefined ? null : ` ${t('source.records', { count: rollup.records })}`}
        </p>
      ) : null}
      {source.kind === 'autoNumber' ? <p className={classes['sub']}>{t('source.autoNumber')}</p> : null}
      {changedAt ? (
        <p className={classes['sub']}>
          {t('source.changedAt', {
            time: new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
              new Date(changedAt),
            ),
          })}
        </p>
      ) : null}
    </section>
  );
}

/** Returns a value as text: names of records, items of lists. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(', ');
  if (typeof value === 'object') return 'name' in value ? String(value.name) : '';
  return String(value);
}
