import { useDroppable } from '@dnd-kit/core';
import { ActionIcon, Button, Group, Loader, NumberInput, Skeleton } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { CancelButton, Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { infiniteListQuery, type ListRequest } from '../api/list-records';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import { useScrollPlace } from '../list/use-scroll-place';
import { useShownRecords } from '../peek/peek-order';
import { totalText } from '../views/group-values';
import type { ViewTotal } from '../views/view-model';
import { DraggableCard } from './board-card';
import classes from './board-column.module.css';
import type { BoardColumn } from './board-values';
import { columnRequest } from './column-records';

interface BoardColumnViewProps {
  object: ObjectDescription;
  /** Name of the list; see `listName`. */
  name: string;
  /** Place of the column on the board. */
  at: number;
  field: FieldDescription;
  column: BoardColumn;
  label: string;
  totals: ViewTotal[] | undefined;
  currency: string | undefined;
  request: ListRequest;
  targets: BoardColumn[];
  labelOf: (key: BoardColumn['key']) => string;
  isLocked: boolean;
  isFirst: boolean;
  isLast: boolean;
  returnedId: string | undefined;
  onMove: (record: RecordData, to: BoardColumn) => void;
  onPeek: (id: string) => void;
  onChange: (change: Partial<Pick<BoardColumn, 'limit' | 'isHidden'>>) => void;
  /** Moves the column one place to the left (-1) or right (1). */
  onShift: (step: number) => void;
}

/** A column of a board: its label with figures and limit, and its cards. */
export function BoardColumnView(props: BoardColumnViewProps) {
  const { object, column, label, totals, currency, onChange, onShift } = props;
  const { t } = useTranslation('views');
  const formats = useFormats();
  const { setNodeRef, isOver } = useDroppable({ id: `${column.value}` });
  const [isLimiting, setLimiting] = useState(false);
  const count = column.group?.count ?? 0;
  const isFull = column.limit !== undefined && count > column.limit;
  const id = useId();
  return (
    <section
      ref={setNodeRef}
      className={classes['column']}
      data-over={isOver || undefined}
      aria-labelledby={id}
    >
      <header className={classes['header']}>
        <span className={classes['dot']} aria-hidden />
        <h2 id={id} className={classes['name']}>
          {label}
        </h2>
        <span
          className={classes['count']}
          style={isFull ? { color: 'var(--pl-bad)', fontWeight: 600 } : undefined}
          title={column.limit === undefined ? undefined : t('board.limitOf', { count: column.limit })}
        >
          {formats.number(count)}
          {column.limit === undefined ? '' : ` / ${formats.number(column.limit)}`}
        </span>
        {totals?.map((total, index) => {
          const measured = fieldOf(object, total.field);
          return (
            <span
              key={`${total.fn} ${total.field}`}
              className={classes['sum']}
              title={t(`totalOf.${total.fn}`, { field: measured?.label ?? total.field })}
            >
              {totalText(total, measured, column.group?.totals[index] ?? null, formats, currency)}
            </span>
          );
        })}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              size={22}
              className={classes['fold']}
              aria-label={t('board.columnMenu', { column: label })}
            >
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item disabled={props.isFirst} onClick={() => onShift(-1)}>
              {t('board.left')}
            </Menu.Item>
            <Menu.Item disabled={props.isLast} onClick={() => onShift(1)}>
              {t('board.right')}
            </Menu.Item>
            <Menu.Item onClick={() => setLimiting(true)}>{t('board.setLimit')}</Menu.Item>
            <Menu.Item onClick={() => onChange({ isHidden: true })}>{t('board.hide')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <Cards {...props} />
      {isLimiting ? (
        <LimitDialog
          label={label}
          limit={column.limit}
          onClose={() => setLimiting(false)}
          onSet={(limit) => {
            onChange({ limit });
            setLimiting(false);
          }}
        />
      ) : null}
    </section>
  );
}

interface LimitDialogProps {
  label: string;
  limit: number | undefined;
  onSet: (limit: number | undefined) => void;
  onClose: () => void;
}

function LimitDialog({ label, limit, onSet, onClose }: LimitDialogProps) {
  const { t } = useTranslation('views');
  const [value, setValue] = useState<number | string>(limit ?? '');
  return (
    <Dialog size="sm" title={t('board.limitTitle', { column: label })} onClose={onClose}>
      <NumberInput
        label={t('board.limit')}
        description={t('board.limitText')}
        min={1}
        max={10_000}
        allowDecimal={false}
        data-autofocus
        value={value}
        onChange={setValue}
      />
      <Group justify="flex-end" mt="lg" gap="xs">
        <CancelButton>{t('cancel')}</CancelButton>
        <Button onClick={() => onSet(typeof value === 'number' && value >= 1 ? value : undefined)}>
          {t('save')}
        </Button>
      </Group>
    </Dialog>
  );
}

function Cards(props: BoardColumnViewProps) {
  const { object, field, column, request, returnedId } = props;
  const { t } = useTranslation('views');
  const query = useInfiniteQuery(infiniteListQuery(object, columnRequest(request, field, column.key)));
  const records = query.data?.pages.flatMap((page) => page.data) ?? [];
  const part = `column ${column.value}`;
  useShownRecords(part, props.at, records);
  const scroller = useScrollPlace(`${props.name} ${part}`, records.length > 0);
  if (query.isPending)
    return (
      <div className={classes['scroller']} role="status" aria-label={t('board.loading')}>
        {[0, 1].map((index) => (
          <Skeleton key={index} height={72} radius="md" mb={8} />
        ))}
      </div>
    );
  if (query.isError && records.length === 0)
    return (
      <div className={classes['note']} role="alert">
        <span>{problemText(query.error)}</span>
        <Button size="compact-xs" variant="default" onClick={() => void query.refetch()}>
          {t('records:retry')}
        </Button>
      </div>
    );
  if (records.length === 0) return <p className={classes['note']}>{t('board.empty')}</p>;
  return (
    <div ref={scroller} className={classes['scroller']}>
      <ul className={classes['list']}>
        {records.map((record) => (
          <li key={record.id} className={classes['item']}>
            <DraggableCard
              object={object}
              record={record}
              field={field}
              column={column}
              targets={props.targets}
              labelOf={props.labelOf}
              isLocked={props.isLocked}
              isReturned={returnedId === record.id}
              onMove={props.onMove}
              onPeek={props.onPeek}
            />
          </li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <div className={classes['more']}>
          {query.isFetchingNextPage ? (
            <Loader size="xs" aria-label={t('board.loading')} />
          ) : (
            <Button size="compact-xs" variant="subtle" onClick={() => void query.fetchNextPage()}>
              {t('moreRecords')}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}
