import { Alert, Button, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { LoadMore } from '@/lib/load-more';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useObjects } from '@/records/api/describe-objects';
import { ObjectChips } from '@/records/search/object-chips';
import { type SearchRequest, searchQuery, SHORTEST_SEARCH } from '@/records/search/search-records';
import { HitRow } from './hit-row';
import { MissingRecord } from './missing-record';
import classes from './search-page.module.css';

const DEBOUNCE_MS = 200;

/** All records that match a search. The search is in the URL. */
export default function SearchPage() {
  const { t } = useTranslation('search');
  useDocumentTitle(t('title'));
  const navigate = useNavigate();
  const request = requestIn(useSearch({ strict: false }) as Record<string, unknown>);
  const [text, setText] = useState(request.q);
  const objects = useObjects();
  const searched = objects.filter(({ listed }) => listed);
  const query = useInfiniteQuery(searchQuery(request));
  const first = query.data?.pages[0];
  const hits = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const set = (next: Partial<SearchRequest>) => {
    const { q, objects: chosen } = { ...request, ...next };
    void navigate({
      to: '.',
      search: { ...(q ? { q } : {}), ...(chosen.length ? { objects: chosen } : {}) },
      replace: true,
    } as never);
  };
  const search = useDebouncedCallback((q: string) => set({ q: q.trim() }), DEBOUNCE_MS);
  const isAsked = request.q.length >= SHORTEST_SEARCH;

  return (
    <section className={classes['page']} aria-labelledby="search-title">
      <PageTitle id="search-title" title={t('title')} icon={<IconSearch size={18} aria-hidden />} />
      <TextInput
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          search(currentTarget.value);
        }}
        aria-label={t('field')}
        placeholder={t('field')}
        leftSection={<IconSearch size={16} />}
        maxLength={200}
        autoFocus={!request.q}
      />
      <ObjectChips
        objects={searched}
        chosen={request.objects}
        onChange={(chosen) => set({ objects: chosen })}
        counts={first?.counts}
      />
      {first?.meta?.indexing ? <Alert variant="light">{t('indexing')}</Alert> : null}
      {first?.truncated ? <Alert variant="light">{t('truncated')}</Alert> : null}
      {!isAsked ? (
        <StateMessage icon={<IconSearch size={20} />} title={t('start.title')} text={t('start.text')} />
      ) : query.isError && !hits.length ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : query.isPending ? (
        <div role="status" aria-label={t('loading')}>
          {[0, 1, 2, 3, 4, 5].map((index) => (
            <Skeleton key={index} height={44} mb={6} />
          ))}
        </div>
      ) : hits.length === 0 ? (
        <StateMessage icon={<IconSearch size={20} />} title={t('nothing.title')} text={t('nothing.text')} />
      ) : (
        <>
          <ul className={classes['hits']} aria-label={t('hits')}>
            {hits.map((hit) => {
              const object = objects.find(({ key }) => key === hit.object);
              return object ? <HitRow key={hit.id} hit={hit} object={object} q={request.q} /> : null;
            })}
          </ul>
          <LoadMore query={query} label={t('more')} />
        </>
      )}
      {isAsked && !query.isPending ? <MissingRecord request={request} objects={searched} /> : null}
    </section>
  );
}

/** Reads a search from the URL. */
function requestIn(search: Record<string, unknown>): SearchRequest {
  const { q, objects } = search;
  const given = Array.isArray(objects) ? objects : typeof objects === 'string' ? objects.split(',') : [];
  return {
    q: typeof q === 'string' || typeof q === 'number' ? String(q).trim() : '',
    objects: given.filter((each): each is string => typeof each === 'string' && each !== ''),
  };
}
