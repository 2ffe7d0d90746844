import { SegmentedControl } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useMissingGrouping } from '@/records/access/grouping';
import { useObject } from '@/records/api/describe-objects';
import { fieldOf, firstSortable } from '@/records/object-description';
import { FeatureBlocks } from './feature-blocks';
import { closingThisMonth, isPast, newLeads, ownedBy, type Whose } from './filters';
import classes from './home-page.module.css';
import { PipelineCard } from './pipeline-card';
import { RecentCard } from './recent-card';
import { RecordListCard } from './record-list-card';
import { StatTiles } from './stat-tiles';

/** What few people need, so it is no part of the first load. */
const GroupingNote = lazy(() => import('./grouping-note'));

/** Morning, day or evening in the company's time zone. */
function partOfDay(zone: string): 'morning' | 'day' | 'evening' {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(),
  );
  return hour < 11 ? 'morning' : hour < 18 ? 'day' : 'evening';
}

export default function HomePage() {
  const { t } = useTranslation('home');
  const formats = useFormats();
  const { user } = useMe();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { whose?: unknown };
  const opportunity = useObject('opportunity');
  const lead = useObject('lead');
  const leadFilter = lead && newLeads(lead);
  const missing = useMissingGrouping('opportunity');
  const hasOwners = [opportunity, lead].some((object) => object && fieldOf(object, 'owner')?.filterable);
  const whose: Whose = hasOwners && search.whose === 'mine' ? 'mine' : 'all';
  const owner = whose === 'mine' ? user.memberId : undefined;
  useDocumentTitle(t('title'));
  const today = new Intl.DateTimeFormat(formats.locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: formats.zone,
  }).format();
  return (
    <div className={classes['page']}>
      <header className={classes['greeting']}>
        <div>
          <h1>{t(`greeting.${partOfDay(formats.zone)}`, { name: user.name.split(' ')[0] })}</h1>
          <p>{today}</p>
        </div>
        {hasOwners ? (
          <SegmentedControl
            size="xs"
            aria-label={t('whose.label')}
            value={whose}
            data={(['all', 'mine'] as const).map((value) => ({ value, label: t(`whose.${value}`) }))}
            onChange={(value) =>
              void navigate({
                to: '.',
                search: value === 'mine' ? { whose: value } : {},
                replace: true,
              } as never)
            }
          />
        ) : null}
      </header>
      <StatTiles owner={owner} />
      <div className={classes['grid']}>
        <div className={classes['column']}>
          {opportunity && missing.length ? (
            <>
              <Suspense fallback={null}>
                <GroupingNote missing={missing} />
              </Suspense>
              <RecordListCard
                object={opportunity}
                title={t('latest.title')}
                emptyText={t('latest.empty')}
                request={{
                  filter: ownedBy(owner),
                  sort: firstSortable(opportunity, ['-createdAt', 'name']),
                }}
                facts={['closeDate', 'amount']}
              />
            </>
          ) : null}
          {opportunity && !missing.length ? <PipelineCard object={opportunity} owner={owner} /> : null}
          {opportunity && !missing.length ? (
            <RecordListCard
              object={opportunity}
              title={t('closing.title')}
              emptyText={t('closing.empty')}
              request={{
                filter: ownedBy(owner, closingThisMonth),
                sort: firstSortable(opportunity, ['-amount', 'closeDate']),
              }}
              facts={['stage', 'closeDate', 'amount']}
              late={{ fact: 'closeDate', isLate: (deal) => isPast(deal, formats.today()) }}
            />
          ) : null}
          <FeatureBlocks column="wide" owner={owner} />
        </div>
        <div className={classes['column']}>
          <RecentCard />
          {lead && leadFilter ? (
            <RecordListCard
              object={lead}
              title={t('leads.title')}
              emptyText={t('leads.empty')}
              request={{ filter: ownedBy(owner, leadFilter), sort: '-createdAt' }}
              facts={['company', 'rating']}
            />
          ) : null}
          <FeatureBlocks column="narrow" owner={owner} />
        </div>
      </div>
    </div>
  );
}
