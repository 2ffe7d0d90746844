import { useDroppable } from '@dnd-kit/core';
import { ActionIcon, Button, Loader, Skeleton, UnstyledButton } from '@mantine/core';
import { IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { startTransition, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { MaskedValue } from '@/records/access/withheld-marks';
import { useRowHeights, useScrollPlace, virtualPlace } from '@/records/list/use-scroll-place';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { useShownRecords } from '@/records/peek/peek-order';
import type { Stage, StageTotal } from './api/pipelines';
import { stageDealsQuery } from './api/stage-deals';
import classes from '@/records/board/board-column.module.css';
import { dealsOf, verbBetween } from './board-deals';
import type { BoardSearch } from './board-search';
import { DraggableDeal } from './deal-card';

interface BoardColumnProps {
  object: ObjectDescription;
  /** Place of the column on the board. */
  at: number;
  /** Count and amount are missing until the totals are loaded. */
  total: Partial<StageTotal> & { stage: Stage };
  stages: Stage[];
  search: BoardSearch;
  /** The deal that was just refused and moved back. */
  returnedId: string | undefined;
  dragged: { deal: RecordData; stage: Stage } | undefined;
  isLocked: boolean;
  isCollapsed: boolean;
  onToggle: () => void;
  onMove: (deal: RecordData, target: Stage) => void;
  onPeek: (id: string) => void;
}

/** Whether a column accepts the dragged card. */
function targetState(
  stage: Stage,
  dragged: BoardColumnProps['dragged'],
): 'source' | 'open' | 'closed' | undefined {
  if (!dragged) return undefined;
  if (dragged.stage.id === stage.id) return 'source';
  return verbBetween(dragged.stage, stage) ? 'open' : 'closed';
}

/** A stage: its totals at the top, its deals below, loaded as the user scrolls. */
export function BoardColumn(props: BoardColumnProps) {
  const { total, isCollapsed, onToggle, dragged } = props;
  const { stage } = total;
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const { setNodeRef, isOver } = useDroppable({ id: stage.id });
  const state = targetState(stage, dragged);
  const marks = {
    'data-category': stage.category,
    'data-target': state,
    'data-over': (isOver && state === 'open') || undefined,
  };
  const count = total.count === undefined ? '' : formats.number(total.count);
  const sum =
    total.amount === undefined ? (
      <Skeleton height={10} width={44} className={classes['sum']} />
    ) : total.amount === null ? (
      <span className={classes['sum']}>
        <MaskedValue />
      </span>
    ) : (
      <span className={classes['sum']} title={formats.money(total.amount, total.currency)}>
        {formats.moneyShort(total.amount, total.currency)}
      </span>
    );
  if (isCollapsed) {
    return (
      <section ref={setNodeRef} className={classes['strip']} {...marks} aria-label={stage.name}>
        <UnstyledButton
          className={classes['stripButton']}
          onClick={onToggle}
          aria-expanded={false}
          title={t('column.open', { stage: stage.name })}
        >
          <IconChevronsRight size={15} aria-hidden />
          <span className={classes['stripText']}>
            <span className={classes['dot']} aria-hidden />
            <span className={classes['name']}>{stage.name}</span>
            <span className={classes['count']}>{count}</span>
            {sum}
          </span>
        </UnstyledButton>
      </section>
    );
  }
  return (
    <section ref={setNodeRef} className={classes['column']} {...marks} aria-labelledby={`stage-${stage.id}`}>
      <header className={classes['header']}>
        <span className={classes['dot']} aria-hidden />
        <h2 id={`stage-${stage.id}`} className={classes['name']}>
          {stage.name}
        </h2>
        <span className={classes['count']} title={t('column.count')}>
          {count}
        </span>
        {sum}
        <ActionIcon
          size={22}
          className={classes['fold']}
          aria-expanded
          aria-label={t('column.fold', { stage: stage.name })}
          onClick={onToggle}
        >
          <IconChevronsLeft size={14} />
        </ActionIcon>
      </header>
      <Deals {...props} />
    </section>
  );
}

const CARD_HEIGHT = 96;
/** Pixels between two cards, as in the style sheet. */
const GAP = 8;

function Deals(props: BoardColumnProps) {
  const { object, at, total, stages, search, returnedId, isLocked, onMove, onPeek } = props;
  const { stage } = total;
  const { t } = useTranslation('pipeline-board');
  const query = useInfiniteQuery(stageDealsQuery(stage, search, object));
  const deals = dealsOf(query.data);
  useShownRecords(stage.id, at, deals);
  const place = `board ${stage.id} ${JSON.stringify([search.owner, search.q])}`;
  const scroller = useScrollPlace(place, deals.length > 0);
  // The cards below the edge can be drawn after those that are seen.
  const [overscan, setOverscan] = useState(0);
  useEffect(() => startTransition(() => setOverscan(6)), []);
  const virtual = useVirtualizer({
    count: deals.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    getItemKey: (index) => deals[index]?.id ?? index,
    gap: GAP,
    overscan,
    ...virtualPlace(place),
    paddingStart: 2,
    paddingEnd: 12,
  });
  useRowHeights(place, virtual);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last >= deals.length - 8)
      void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, last, deals.length]);

  if (query.isPending) {
    return (
      <div className={classes['scroller']} role="status" aria-label={t('loading')}>
        {[0, 1, 2].map((index) => (
          <Skeleton key={index} height={88} radius="md" mb={8} />
        ))}
      </div>
    );
  }
  if (query.isError && deals.length === 0) {
    return (
      <div className={classes['note']} role="alert">
        <span>{problemText(query.error)}</span>
        <Button size="compact-xs" variant="default" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </div>
    );
  }
  if (deals.length === 0) {
    return (
      <p className={classes['note']}>{search.q || search.owner ? t('column.noMatch') : t('column.empty')}</p>
    );
  }
  return (
    <div ref={scroller} className={classes['scroller']}>
      <ul className={classes['list']} style={{ height: virtual.getTotalSize(), paddingTop: items[0]?.start }}>
        {items.map((item) => {
          const deal = deals[item.index];
          if (!deal) return null;
          return (
            <li
              key={deal.id}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={total.count}
              aria-posinset={item.index + 1}
              className={classes['item']}
            >
              <DraggableDeal
                object={object}
                deal={deal}
                stage={stage}
                stages={stages}
                isReturned={returnedId === deal.id}
                isLocked={isLocked}
                onMove={onMove}
                onPeek={onPeek}
              />
            </li>
          );
        })}
      </ul>
      {isFetchingNextPage ? (
        <div className={classes['more']}>
          <Loader size="xs" aria-label={t('loading')} />
        </div>
      ) : isFetchNextPageError ? (
        <div className={classes['note']} role="alert">
          <span>{problemText(query.error)}</span>
          <Button size="compact-xs" variant="default" onClick={() => void fetchNextPage()}>
            {t('retry')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
