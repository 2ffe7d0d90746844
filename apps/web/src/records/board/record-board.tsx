import {
  type Announcements,
  closestCenter,
  type CollisionDetection,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconEye, IconLayoutKanban } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CSSProperties, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { aggregateQuery } from '../api/aggregate-records';
import type { ListRequest } from '../api/list-records';
import { newCause } from '../api/undo';
import { fieldValueOf } from '../fields/field-place';
import { toWireValue } from '../fields/wire-value';
import { useSaveRecord } from '../form/use-save-record';
import { holdLive } from '../live/live-hold';
import {
  fieldOf,
  mayUpdate,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import { useScrollPlace } from '../list/use-scroll-place';
import { showUndo } from '../undo';
import { type GroupKey, groupRequest, groupsIn, labelOfKey } from '../views/group-values';
import type { BoardLayout } from '../views/view-model';
import { BoardCard } from './board-card';
import { BoardColumnView } from './board-column';
import { type BoardColumn, boardColumns, movedValue, withColumn } from './board-values';
import { columnCoordinates } from './column-coordinates';
import { columnKey, columnRequest, moveInPages } from './column-records';

/** Most columns of a board: references can have many values. */
const MOST_COLUMNS = 40;

/** Columns lie beside each other and scroll sideways. */
const COLUMNS: CSSProperties = {
  display: 'flex',
  flex: 1,
  gap: 10,
  minHeight: 0,
  padding: '4px 20px 16px',
  overflowX: 'auto',
};

/** The column under the pointer, or the nearest one when moving by keyboard. */
const columnUnder: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length ? under : closestCenter(args);
};

interface RecordBoardProps {
  object: ObjectDescription;
  /** See `listName`. */
  name: string;
  layout: BoardLayout;
  request: ListRequest;
  onLayout: (layout: BoardLayout) => void;
  onPeek: (id: string) => void;
}

/** Records in columns by the values of a field. Dragging a card writes the field; the columns have totals and limits. */
export default function RecordBoard(props: RecordBoardProps) {
  const { object, layout, request, onLayout, onPeek } = props;
  const { t, i18n } = useTranslation('views');
  const formats = useFormats();
  const queryClient = useQueryClient();
  const save = useSaveRecord(object);
  const field = fieldOf(object, layout.field);
  const totals = useQuery({
    ...aggregateQuery(object.path, {
      ...groupRequest(layout),
      ...(request.filter && { filter: request.filter }),
      ...(request.q && { q: request.q }),
      limit: MOST_COLUMNS,
    }),
    placeholderData: keepPreviousData,
    enabled: field !== undefined,
  });
  const scroller = useScrollPlace(`${props.name} board`, totals.data !== undefined);
  const [dragged, setDragged] = useState<{ record: RecordData; from: BoardColumn } | undefined>();
  const [returnedId, setReturnedId] = useState<string | undefined>();
  // Columns that change under the pointer would drop the card elsewhere.
  useEffect(() => (dragged ? holdLive() : undefined), [dragged]);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A finger that moves at once scrolls; one that rests picks up the card.
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: columnCoordinates,
      keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space', 'Enter'] },
    }),
  );
  if (!field) return <StateMessage icon={<IconLayoutKanban size={20} />} title={t('board.noField')} />;
  if (totals.isError && !totals.data)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('groupsFailed')}
        text={problemText(totals.error)}
      >
        <Button size="xs" onClick={() => void totals.refetch()}>
          {t('records:retry')}
        </Button>
      </StateMessage>
    );
  if (!totals.data)
    return (
      <div style={COLUMNS} role="status" aria-label={t('board.loading')}>
        {[0, 1, 2, 3].map((column) => (
          <Skeleton key={column} height={240} radius="md" style={{ flex: '1 0 240px', maxWidth: 360 }} />
        ))}
      </div>
    );
  const columns = boardColumns(field, groupsIn(totals.data), layout);
  const shown = columns.filter(({ isHidden }) => !isHidden);
  const hidden = columns.filter(({ isHidden }) => isHidden);
  const words = { formats, locale: i18n.language, yes: t('records:value.yes'), no: t('records:value.no') };
  const labelOf = (key: GroupKey) => labelOfKey(field, key, undefined, words) ?? t('noValue');
  const change = (next: (columns: BoardColumn[]) => BoardColumn[]) =>
    onLayout(withColumn(layout, columns, next));

  const move = async (record: RecordData, from: BoardColumn, to: BoardColumn) => {
    if (from.value === to.value) return;
    const before = fieldValueOf(record, field) ?? null;
    const name = recordName(object, record);
    const keyOf = (column: BoardColumn) => columnKey(object, columnRequest(request, field, column.key));
    const release = holdLive();
    // A page being fetched would move the card back.
    await queryClient.cancelQueries({ queryKey: keyOf(from) });
    moveInPages(queryClient, keyOf(from), keyOf(to), record);
    try {
      const cause = newCause();
      const value = movedValue(field, before, from.key, to.key);
      const saved = await save(record, { [field.key]: toWireValue(field, value) }, cause);
      if (saved) showUndo({ message: t('board.moved', { name, column: labelOf(to.key) }), cause });
      else moveInPages(queryClient, keyOf(to), keyOf(from), record);
    } catch (error) {
      moveInPages(queryClient, keyOf(to), keyOf(from), record);
      setReturnedId(record.id);
      notify({ color: 'red', title: t('board.refused', { name }), message: problemText(error) });
    } finally {
      release();
    }
  };
  const columnLabel = (id: unknown) => labelOf(shown.find(({ value }) => `${value}` === id)?.key ?? null);
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('board.drag.start', { name: active.data.current?.['name'] }),
    onDragOver: ({ over }) => (over ? t('board.drag.over', { column: columnLabel(over.id) }) : undefined),
    onDragEnd: ({ active, over }) =>
      over
        ? t('board.drag.end', { name: active.data.current?.['name'], column: columnLabel(over.id) })
        : t('board.drag.cancel'),
    onDragCancel: () => t('board.drag.cancel'),
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={columnUnder}
      accessibility={{
        announcements,
        screenReaderInstructions: { draggable: t('board.drag.instructions') },
      }}
      onDragStart={({ active }) =>
        setDragged(active.data.current as { record: RecordData; from: BoardColumn })
      }
      onDragCancel={() => setDragged(undefined)}
      onDragEnd={({ over }) => {
        const to = shown.find(({ value }) => `${value}` === over?.id);
        if (dragged && to) void move(dragged.record, dragged.from, to);
        setDragged(undefined);
      }}
    >
      <div ref={scroller} style={COLUMNS} data-testid="record-board">
        {shown.map((column, index) => (
          <BoardColumnView
            key={`${column.value}`}
            object={object}
            name={props.name}
            at={index}
            field={field}
            column={column}
            label={labelOf(column.key)}
            totals={layout.totals}
            currency={totals.data.currency}
            request={request}
            targets={shown.filter(({ value }) => value !== column.value)}
            labelOf={labelOf}
            isLocked={!mayUpdate(object)}
            returnedId={returnedId}
            onMove={(record, to) => void move(record, column, to)}
            onPeek={onPeek}
            onChange={(changed) =>
              change((all) =>
                all.map((each) => (each.value === column.value ? { ...each, ...changed } : each)),
              )
            }
            onShift={(step) => {
              const neighbour = shown[index + step];
              if (!neighbour) return;
              change((all) => {
                const rest = all.filter(({ value }) => value !== column.value);
                const at = rest.findIndex(({ value }) => value === neighbour.value);
                return rest.toSpliced(step > 0 ? at + 1 : at, 0, column);
              });
            }}
            isFirst={index === 0}
            isLast={index === shown.length - 1}
          />
        ))}
        {hidden.length ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconEye size={15} />}
                style={{ flex: 'none' }}
              >
                {t('board.hidden', { count: hidden.length })}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {hidden.map((column) => (
                <Menu.Item
                  key={`${column.value}`}
                  onClick={() =>
                    change((all) =>
                      all.map((each) => (each.value === column.value ? { ...each, isHidden: false } : each)),
                    )
                  }
                >
                  {t('board.show', { column: labelOf(column.key) })}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      <DragOverlay dropAnimation={null}>
        {dragged ? <BoardCard object={object} record={dragged.record} without={field.key} isLifted /> : null}
      </DragOverlay>
    </DndContext>
  );
}
