import { Skeleton } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import {
  IconCalendarDue,
  IconTargetArrow,
  IconTrophy,
  IconUserPlus,
  type TablerIcon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObject } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import type { ObjectDescription } from '@/records/object-description';
import { closingThisMonth, newLeads, openDeals, wonThisMonth } from './filters';
import classes from './home-page.module.css';
import { useTotal } from './use-totals';

interface TileProps {
  icon: TablerIcon;
  label: string;
  /** Undefined while loading. */
  value: string | undefined;
  note?: string;
  /** The exact figure, where the shown one is rounded. */
  title?: string;
  to: string;
  filter: Condition;
}

function Tile({ icon: Icon, label, value, note, title, to, filter }: TileProps) {
  return (
    <Link to={to} search={{ filter } as never} className={`pl-card ${classes['tile']}`}>
      <span className={classes['tileLabel']}>
        <Icon size={15} aria-hidden />
        {label}
      </span>
      <div className={classes['tileValue']} title={title}>
        {value ?? <Skeleton height={24} width="60%" />}
      </div>
      <div className={classes['tileNote']}>{note ?? '\u00a0'}</div>
    </Link>
  );
}

function DealTile({
  object,
  icon,
  label,
  filter,
}: {
  object: ObjectDescription;
  icon: TablerIcon;
  label: string;
  filter: Condition;
}) {
  const { t } = useTranslation('home');
  const formats = useFormats();
  const { total, isFailed, isWithheld } = useTotal(filter);
  const value = total && formats.moneyShort(total.amount, total.currency);
  const note = total && t('deals', { count: total.count, shown: formats.number(total.count) });
  return (
    <Tile
      icon={icon}
      label={label}
      value={isFailed || isWithheld ? '–' : value}
      note={isWithheld ? t('withheld') : isFailed ? t('unavailable') : note}
      title={total && !isWithheld ? formats.money(total.amount, total.currency) : undefined}
      to={object.path}
      filter={filter}
    />
  );
}

function LeadTile({ object, filter }: { object: ObjectDescription; filter: Condition }) {
  const { t } = useTranslation('home');
  const formats = useFormats();
  const query = useQuery(shortListQuery(object, { filter, limit: 1, count: 'capped' }));
  const count = query.data?.count;
  return (
    <Tile
      icon={IconUserPlus}
      label={t('tiles.leads')}
      value={query.isError ? '–' : count && `${formats.number(count.value)}${count.capped ? '+' : ''}`}
      note={query.isError ? t('unavailable') : t('tiles.leadsNote')}
      to={object.path}
      filter={filter}
    />
  );
}

/** The four numbers of the day; each leads to the records behind it. */
export function StatTiles() {
  const { t } = useTranslation('home');
  const opportunity = useObject('opportunity');
  const lead = useObject('lead');
  const leadFilter = lead && newLeads(lead);
  return (
    <section className={classes['tiles']} aria-label={t('numbers')}>
      {opportunity ? (
        <>
          <DealTile object={opportunity} icon={IconTargetArrow} label={t('tiles.open')} filter={openDeals} />
          <DealTile
            object={opportunity}
            icon={IconCalendarDue}
            label={t('tiles.closing')}
            filter={closingThisMonth}
          />
          <DealTile object={opportunity} icon={IconTrophy} label={t('tiles.won')} filter={wonThisMonth} />
        </>
      ) : null}
      {lead && leadFilter ? <LeadTile object={lead} filter={leadFilter} /> : null}
    </section>
  );
}
