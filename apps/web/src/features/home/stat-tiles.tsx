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
import { useMissingGrouping } from '@/records/access/grouping';
import { useObject } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import type { ObjectDescription } from '@/records/object-description';
import { ApiProblem } from '@/lib/api-problem';
import { closingThisMonth, newLeads, openDeals, ownedBy, wonThisMonth } from './filters';
import classes from './home-page.module.css';
import { useTotal } from './use-totals';

interface TileProps {
  icon: TablerIcon;
  label: string;
  /** What the value is in. */
  unit?: string | undefined;
  /** Undefined while loading. */
  value: string | undefined;
  note?: string;
  /** The exact figure, if the shown one is rounded. */
  title?: string;
  to: string;
  filter?: Condition;
}

function Tile({ icon: Icon, label, unit, value, note, title, to, filter }: TileProps) {
  return (
    <Link to={to} search={(filter ? { filter } : {}) as never} className={`pl-card ${classes['tile']}`}>
      <span className={classes['tileLabel']}>
        <Icon size={15} aria-hidden />
        <span>
          {label}
          {unit ? ` ${unit}` : null}
        </span>
      </span>
      <div className={classes['tileValue']} title={title}>
        {value ?? <Skeleton height={24} width="60%" />}
      </div>
      <div className={classes['tileNote']}>{note ?? '\u00a0'}</div>
    </Link>
  );
}

/** Why a number is missing: the user's rights don't allow it, or it could not be loaded. */
function useUnavailable(): (error: unknown) => string {
  const { t } = useTranslation('home');
  return (error) => t(error instanceof ApiProblem && error.isRefusal ? 'refused' : 'unavailable');
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
  const { data: total, error, mayAsk } = useTotal(object, filter);
  const unavailable = useUnavailable();
  const isWithheld = total?.amount === null;
  const value = total && total.amount !== null ? formats.moneyShort(total.amount, total.currency) : undefined;
  const note = total && t('deals', { count: total.count, shown: formats.number(total.count) });
  return (
    <Tile
      icon={icon}
      label={label}
      unit={value && t('unit', { currency: total?.currency })}
      value={error || isWithheld || !mayAsk ? '–' : value}
      note={!mayAsk ? t('refused') : isWithheld ? t('withheld') : error ? unavailable(error) : note}
      title={total && total.amount !== null ? formats.money(total.amount, total.currency) : undefined}
      to={object.path}
      {...(mayAsk && { filter })}
    />
  );
}

/** The number of records that match the filter. */
function CountTile({
  object,
  icon,
  label,
  note,
  filter,
}: {
  object: ObjectDescription;
  icon: TablerIcon;
  label: string;
  note: string;
  filter: Condition | undefined;
}) {
  const formats = useFormats();
  const unavailable = useUnavailable();
  const query = useQuery(shortListQuery(object, { ...(filter && { filter }), limit: 1, count: 'capped' }));
  const count = query.data?.count;
  return (
    <Tile
      icon={icon}
      label={label}
      value={query.isError ? '–' : count && `${formats.number(count.value)}${count.capped ? '+' : ''}`}
      note={query.isError ? unavailable(query.error) : note}
      to={object.path}
      {...(filter && { filter })}
    />
  );
}

/** The four numbers of the day, each linked to its records. */
export function StatTiles({ owner }: { owner: string | undefined }) {
  const { t } = useTranslation('home');
  const opportunity = useObject('opportunity');
  const lead = useObject('lead');
  const leadFilter = lead && newLeads(lead);
  const isGrouped = useMissingGrouping('opportunity').length === 0;
  return (
    <section className={classes['tiles']} aria-label={t('numbers')}>
      {opportunity && !isGrouped ? (
        <CountTile
          object={opportunity}
          icon={IconTargetArrow}
          label={opportunity.pluralLabel}
          note={t(`whose.${owner === undefined ? 'all' : 'mine'}`)}
          filter={ownedBy(owner)}
        />
      ) : null}
      {opportunity && isGrouped ? (
        <>
          <DealTile
            object={opportunity}
            icon={IconTargetArrow}
            label={t('tiles.open')}
            filter={ownedBy(owner, openDeals)}
          />
          <DealTile
            object={opportunity}
            icon={IconCalendarDue}
            label={t('tiles.closing')}
            filter={ownedBy(owner, closingThisMonth)}
          />
          <DealTile
            object={opportunity}
            icon={IconTrophy}
            label={t('tiles.won')}
            filter={ownedBy(owner, wonThisMonth)}
          />
        </>
      ) : null}
      {lead && leadFilter ? (
        <CountTile
          object={lead}
          icon={IconUserPlus}
          label={t('tiles.leads')}
          note={t('tiles.leadsNote')}
          filter={ownedBy(owner, leadFilter)}
        />
      ) : null}
    </section>
  );
}
