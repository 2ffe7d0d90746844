import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import { lazyPart } from '@/lib/i18n/i18n';
import { problemText } from '@/lib/problem-text';
import { recordQuery } from '@/records/api/get-record';
import { type ObjectDescription, recordName } from '@/records/object-description';
import classes from './my-day.module.css';

const PeekDetails = lazyPart('views', () => import('@/records/peek/peek-details'));

/** A record that an activity is about, with its fields. */
export function SubjectCard({ object, id }: { object: ObjectDescription; id: string }) {
  const query = useQuery(recordQuery(object.path, id));
  if (query.isError) return <p className={classes['more']}>{problemText(query.error)}</p>;
  if (!query.data) return <Skeleton height={240} />;
  return (
    <article className="pl-card" aria-label={recordName(object, query.data)}>
      <div className={classes['current']}>
        <h2 className={classes['title']}>
          <Link to={`${object.path}/${id}`}>{recordName(object, query.data)}</Link>
        </h2>
        <Suspense fallback={<Skeleton height={240} />}>
          <PeekDetails object={object} record={query.data} />
        </Suspense>
      </div>
    </article>
  );
}
