import { Button, Skeleton } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import { useMayFilter } from '@/records/access/may-filter';
import { type ListRequest, shortListQuery } from '@/records/api/list-records';
import { FieldValue } from '@/records/fields/field-value';
import { fieldValueOf } from '@/records/fields/field-place';
import { fieldOf, type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import classes from './home-page.module.css';

interface RecordListCardProps {
  object: ObjectDescription;
  title: string;
  emptyText: string;
  request: ListRequest;
  /** Keys of fields shown beside the name. */
  facts: string[];
  /** Marks a record whose date has passed. */
  late?: { fact: string; isLate: (record: RecordData) => boolean };
}

/** The first records of a list, with a link to all of them. */
export function RecordListCard({ object, title, emptyText, request, facts, late }: RecordListCardProps) {
  const { t } = useTranslation('home');
  const mayAsk = useMayFilter(object, request.filter);
  const query = useQuery({ ...shortListQuery(object, { ...request, limit: 6 }), enabled: mayAsk });
  const fields = facts.map((key) => fieldOf(object, key)).filter((field) => field !== undefined);
  return (
    <section className="pl-card" aria-label={title}>
      <header className={classes['cardHeader']}>
        <h2>{title}</h2>
        <Link
          to={object.path}
          search={(mayAsk ? { filter: request.filter, sort: request.sort } : {}) as never}
        >
          {t('seeAll')}
        </Link>
      </header>
      {!mayAsk ? (
        <p className={classes['note']}>{t('refused')}</p>
      ) : query.isPending ? (
        <div className={classes['rows']}>
          {[62, 48, 70, 55].map((width) => (
            <div key={width} className={classes['row']}>
              <Skeleton height={10} width={`${width}%`} />
            </div>
          ))}
        </div>
      ) : query.isError ? (
        <p className={classes['note']} role="alert">
          {problemText(query.error)}{' '}
          {query.error instanceof ApiProblem && query.error.isRefusal ? null : (
            <Button variant="subtle" size="compact-xs" onClick={() => void query.refetch()}>
              {t('app:retry')}
            </Button>
          )}
        </p>
      ) : query.data.data.length === 0 ? (
        <p className={classes['note']}>{emptyText}</p>
      ) : (
        <ul
          className={`${classes['rows']} ${classes['recordRows']}`}
          style={{ '--facts': fields.length } as CSSProperties}
        >
          {query.data.data.map((record) => (
            <li key={record.id}>
              <Link
                to={`${object.path}/${record.id}`}
                className={`${classes['row']} ${classes['recordRow']}`}
              >
                <span className={classes['rowName']}>{recordName(object, record)}</span>
                {fields.map((field) => (
                  <span
                    key={field.key}
                    className={classes['rowFact']}
                    data-late={(late?.fact === field.key && late.isLate(record)) || undefined}
                  >
                    {late?.fact === field.key && late.isLate(record) ? (
                      <IconAlertCircle size={14} role="img" aria-label={t('overdue')} />
                    ) : null}
                    <FieldValue
                      field={field}
                      value={fieldValueOf(record, field)}
                      record={record}
                      isPlain
                      isAlone
                    />
                  </span>
                ))}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
