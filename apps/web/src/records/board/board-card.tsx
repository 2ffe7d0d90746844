import { useDraggable } from '@dnd-kit/core';
import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { isWritable } from '../access/field-visibility';
import { FieldValue } from '../fields/field-value';
import { fieldValueOf } from '../fields/field-place';
import { RecordLink } from '../fields/record-link';
import { hasSomethingToShow } from '../fields/something-to-show';
import { useCardFields } from '../layout/use-card-fields';
import { useFresh } from '../live/fresh-records';
import {
  type FieldDescription,
  fieldOf,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import classes from './board-card.module.css';
import type { BoardColumn } from './board-values';

const MOST_FACTS = 4;

interface BoardCardProps {
  object: ObjectDescription;
  record: RecordData;
  /** Key of the field that the columns show already. */
  without: string;
  isLifted?: boolean;
}

/** Contents of a card: the record's name and its facts, as the layout of cards or else the description says. */
export function BoardCard({ object, record, without, isLifted }: BoardCardProps) {
  return (
    <div className={classes['card']} data-lifted={isLifted || undefined}>
      <span className={classes['name']}>{recordName(object, record)}</span>
      <CardFacts object={object} record={record} without={without} />
    </div>
  );
}

function CardFacts({ object, record, without }: BoardCardProps) {
  const cardFields = useCardFields(object);
  const described = object.presentation.keyFacts.flatMap((key) => fieldOf(object, key) ?? []);
  const fields = (cardFields(record) ?? described)
    .filter(({ key }) => key !== without && key !== object.nameField)
    .filter((field) => hasSomethingToShow(record, field))
    .slice(0, MOST_FACTS);
  return (
    <span className={classes['facts']}>
      {fields.map((field) => (
        <FieldValue
          key={field.key}
          field={field}
          value={fieldValueOf(record, field)}
          record={record}
          isPlain
        />
      ))}
    </span>
  );
}

interface DraggableCardProps extends Omit<BoardCardProps, 'isLifted' | 'without'> {
  field: FieldDescription;
  column: BoardColumn;
  targets: BoardColumn[];
  labelOf: (key: BoardColumn['key']) => string;
  /** Whether the user may change no record of the object. */
  isLocked: boolean;
  isReturned: boolean;
  onMove: (record: RecordData, to: BoardColumn) => void;
  onPeek: (id: string) => void;
}

/** A card that can be dragged by mouse, finger or keyboard, or moved with its menu. */
export function DraggableCard(props: DraggableCardProps) {
  const { object, record, field, column, targets, labelOf, isReturned, onMove, onPeek } = props;
  const { t } = useTranslation('views');
  const name = recordName(object, record);
  const isFresh = useFresh(record.id);
  const isLocked = props.isLocked || !isWritable(field, record, fieldValueOf(record, field));
  const { setNodeRef, setActivatorNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: `${column.value} ${record.id}`,
    data: { record, from: column, name },
    disabled: isLocked,
  });
  return (
    <article
      ref={setNodeRef}
      className={classes['card']}
      data-draggable={!isLocked || undefined}
      data-dragging={isDragging || undefined}
      data-returned={isReturned || undefined}
      data-fresh={isFresh || undefined}
      {...listeners}
    >
      <RecordLink
        ref={setActivatorNodeRef}
        to={`${object.path}/${record.id}`}
        className={classes['name']}
        draggable={false}
        aria-describedby={isLocked ? undefined : attributes['aria-describedby']}
      >
        {name}
      </RecordLink>
      <CardFacts object={object} record={record} without={field.key} />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            size={22}
            className={classes['menu']}
            aria-label={t('board.menu', { name })}
            onMouseDown={(event) => event.stopPropagation()}
            onTouchStart={(event) => event.stopPropagation()}
          >
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown
          onMouseDown={(event) => event.stopPropagation()}
          onTouchStart={(event) => event.stopPropagation()}
        >
          <Menu.Item onClick={() => onPeek(record.id)}>{t('peek.show')}</Menu.Item>
          {isLocked ? null : <Menu.Label>{t('board.moveTo')}</Menu.Label>}
          {isLocked
            ? null
            : targets.map((target) => (
                <Menu.Item key={`${target.value}`} onClick={() => onMove(record, target)}>
                  {labelOf(target.key)}
                </Menu.Item>
              ))}
        </Menu.Dropdown>
      </Menu>
    </article>
  );
}
