import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useMe } from '@/lib/session/use-me';
import { useDocumentTitle } from '@/lib/use-document-title';
import { useMissingGrouping } from '@/records/access/deal-grouping';
import { useObject } from '@/records/api/describe-objects';
import { firstSortable } from '@/records/object-description';
import { closingThisMonth, newLeads } from './filters';
import { GroupingNote } from './grouping-note';
import classes from './home-page.module.css';
import { PipelineCard } from './pipeline-card';
import { RecentCard } from './recent-card';
import { RecordListCard } from './record-list-card';
import { StatTiles } from './stat-tiles';

/** Morning, day or evening on the clocks of the company. */
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
  const opportunity = useObject('opportunity');
  const lead = useObject('lead');
  const leadFilter = lead && newLeads(lead);
  const missing = useMissingGrouping();
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
        <h1>{t(`greeting.${partOfDay(formats.zone)}`, { name: user.name.split(' ')[0] })}</h1>
        <p>{today}</p>
      </header>
      <StatTiles />
      <div className={classes['grid']}>
        <div className={classes['column']}>
          {opportunity && missing.length ? (
            <>
              <GroupingNote missing={missing} />
              <RecordListCard
                object={opportunity}
                title={t('latest.title')}
                emptyText={t('latest.empty')}
                request={{ sort: firstSortable(opportunity, ['-createdAt', 'name']) }}
                facts={['closeDate', 'amount']}
              />
            </>
          ) : null}
          {opportunity && !missing.length ? <PipelineCard object={opportunity} /> : null}
          {opportunity && !missing.length ? (
            <RecordListCard
              object={opportunity}
              title={t('closing.title')}
              emptyText={t('closing.empty')}
              request={{
                filter: closingThisMonth,
                sort: firstSortable(opportunity, ['-amount', 'closeDate']),
              }}
              facts={['stage', 'closeDate', 'amount']}
            />
          ) : null}
        </div>
        <div className={classes['column']}>
          <RecentCard />
          {lead && leadFilter ? (
            <RecordListCard
              object={lead}
              title={t('leads.title')}
              emptyText={t('leads.empty')}
              request={{ filter: leadFilter, sort: '-createdAt' }}
              facts={['company', 'rating']}
            />
          ) : null}
        </div>
      </div>
    </div>
  );
}
