import { Loader, Skeleton } from '@mantine/core';
import { Initials } from '@pellucid/ui';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldValue } from '../fields/field-value';
import { hasSomethingToShow } from '../fields/something-to-show';
import { fieldValueOf } from '../fields/field-place';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import { useCardFields } from '../layout/use-card-fields';
import { useFresh } from '../live/fresh-records';
import classes from './record-cards.module.css';
import type { RecordTableProps } from './record-table';
import { useRowHeights, useScrollPlace, virtualPlace } from './use-scroll-place';

type RecordCardsProps = Pick<
  RecordTableProps,
  'object' | 'name' | 'columns' | 'rows' | 'isPending' | 'isFetchingMore' | 'hasMore' | 'onMore'
>;

/** The list on a narrow screen: one card per record, with its key facts. */
export function RecordCards({
  object,
  name,
  columns,
  rows,
  isPending,
  isFetchingMore,
  hasMore,
  onMore,
}: RecordCardsProps) {
  const { t } = useTranslation('records');
  const scroller = useScrollPlace(name, !isPending);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 84,
    overscan: 8,
    ...virtualPlace(name),
  });
  useRowHeights(name, virtual);
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isFetchingMore && lastShown >= rows.length - 20) onMore();
  }, [hasMore, isFetchingMore, lastShown, rows.length, onMore]);

  const { keyFacts } = object.presentation;
  const facts = keyFacts
    .map((key) => fieldOf(object, key))
    .filter((field) => field !== undefined)
    .concat(
      columns
        .map(({ field }) => field)
        .filter((field) => field.key !== object.nameField && !keyFacts.includes(field.key)),
    )
    .slice(0, 4);
  const laidOut = useCardFields(object);
  return (
    <div ref={scroller} className={classes['scroller']}>
      {isPending ? (
        <div aria-hidden>
          {Array.from({ length: 7 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
            <div key={index} className={classes['card']}>
              <Skeleton height={32} width={32} radius="md" />
              <div className={classes['text']}>
                <Skeleton height={11} width="55%" mb={8} />
                <Skeleton height={9} width="80%" />
              </div>
            </div>
          ))}
        </div>
      ) : (
        <ul
          className={classes['list']}
          style={{ height: virtual.getTotalSize(), paddingTop: items[0]?.start }}
          aria-label={object.pluralLabel}
        >
          {items.map((item) => {
            const record = rows[item.index];
            if (!record) return null;
            return (
              <li key={record.id} ref={virtual.measureElement} data-index={item.index}>
                <RecordCard object={object} record={record} facts={laidOut(record) ?? facts} />
              </li>
            );
          })}
        </ul>
      )}
      {isFetchingMore ? (
        <div className={classes['more']}>
          <Loader size="xs" aria-label={t('list.loadingMore')} />
        </div>
      ) : null}
    </div>
  );
}

function RecordCard({
  object,
  record,
  facts,
}: {
  object: ObjectDescription;
  record: RecordData;
  facts: FieldDescription[];
}) {
  const name = recordName(object, record);
  return (
    <Link
      to={`${object.path}/${record.id}`}
      className={classes['card']}
      data-fresh={useFresh(record.id) || undefined}
    >
      <Initials name={name} size={32} isRound={object.presentation.isPerson} />
      <span className={classes['text']}>
        <span className={classes['name']}>{name}</span>
        <span className={classes['facts']}>
          {facts
            .filter((field) => hasSomethingToShow(record, field))
            .map((field) => (
              <span key={field.key} className={classes['fact']}>
                <FieldValue
                  field={field}
                  value={fieldValueOf(record, field)}
                  record={record}
                  isPlain
                  isAlone
                />
              </span>
            ))}
        </span>
      </span>
    </Link>
  );
}
